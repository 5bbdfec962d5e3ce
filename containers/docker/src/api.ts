/** The Docker Engine API over the engine and the builder. */
import { mkdir } from "node:fs/promises";
import type { Builder } from "@skiff/builder";
import type { Engine, Logger } from "@skiff/engine";
import type { BuildKit } from "./buildkit/buildkit.ts";
import { createTerminals } from "./containers/terminals.ts";
import { createExecutions } from "./exec/executions.ts";
import { serve } from "./http/serve.ts";
import { routes } from "./routes.ts";
import { createEventLog } from "./system/event-log.ts";
import { SERVER_VERSION } from "./system/version.ts";

/** How the API is set up. */
export interface DockerApiOptions {
  readonly engine: Engine;
  readonly builder: Builder;
  /** Directory for build contexts while they are built. */
  readonly scratch: string;
  readonly log: Logger;
  readonly clock?: { now(): number } | undefined;
}

/** The API, ready to be served. */
export interface DockerApi {
  /** Serves it on a unix socket until the result is disposed of. Rejects where another process answers on that socket. */
  listen(socketPath: string): Promise<AsyncDisposable>;
}

/** Makes the API. What it remembers is which programs were executed and what happened last, for as long as it runs. */
export function createDockerApi({ engine, builder, scratch, log, clock = Date }: DockerApiOptions): DockerApi {
  return {
    async listen(socketPath) {
      await mkdir(scratch, { recursive: true });
      let loading: Promise<BuildKit> | undefined;
      const now = () => clock.now();
      const loadBuildKit = async () => {
        const { createBuildKit } = await import("./buildkit/buildkit.ts");
        return createBuildKit({ engine, builder, scratch, now, log, version: SERVER_VERSION });
      };
      const deps = {
        engine,
        builder,
        buildKit: () => {
          loading ??= loadBuildKit();
          return loading;
        },
        scratch,
        log,
        executions: createExecutions(),
        terminals: createTerminals(),
        events: createEventLog(now),
        now,
      };
      const server = await serve(routes(deps), socketPath, log);
      const over = new AbortController();
      const following = deps.events.follow(engine, over.signal);
      return {
        async [Symbol.asyncDispose]() {
          over.abort();
          (await loading)?.[Symbol.dispose]();
          await server[Symbol.asyncDispose]();
          await following;
        },
      };
    },
  };
}
