/** The container half in this process: the engine, the builder, and the Docker Engine API over both. */
import { join } from "node:path";
import type { Logger } from "@skiff/api";
import { createBuilder } from "@skiff/builder";
import { createDockerApi } from "@skiff/docker";
import { type Engine, openEngine } from "@skiff/engine";
import { serveCri } from "@skiff/engine/cri-serving";
import type { InstanceConfig } from "../instance/config.ts";
import type { Layout } from "../layout.ts";

export interface EngineHalfOptions {
  readonly layout: Layout;
  readonly config: InstanceConfig;
  readonly log: Logger;
}

/** Disposing of it closes the sockets and leaves every container running. */
export interface EngineHalf extends AsyncDisposable {
  readonly engine: Engine;
  /** Serves the Container Runtime Interface, too. */
  serveCri(): Promise<AsyncDisposable>;
}

/** Opens the engine and serves the Docker Engine API; resolves when it answers. */
export async function startEngine({ layout, config, log }: EngineHalfOptions): Promise<EngineHalf> {
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(
    await openEngine({
      root: layout.engine,
      runDir: layout.run,
      instance: layout.name,
      // What this node will be given: the first range is the first node's.
      podCidr: config.podCidr.replace(/\/16$/, "/24"),
      userNamespace: config.usernsRemap === "none" ? undefined : config.usernsRemap,
      registries: join(layout.data, "registries.json"),
      log: log.with({ room: "engine" }),
    }),
  );
  const root = join(layout.engine, "builder");
  const builder = await createBuilder({ engine, root, log: log.with({ room: "builder" }) });
  const scratch = join(root, "contexts");
  const docker = createDockerApi({ engine, builder, scratch, log: log.with({ room: "docker" }) });
  stack.use(await docker.listen(layout.dockerSocket));
  const owned = stack.move();
  const { runtimeService, imageService, streaming } = engine;
  return {
    engine,
    serveCri: () =>
      serveCri({
        ...{ runtimeService, imageService, streaming },
        socketPath: layout.criSocket,
        log: log.with({ room: "cri" }),
      }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
