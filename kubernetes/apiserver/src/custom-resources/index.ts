/** Custom resources. Nothing of what they take is loaded before the first definition is there. */
import { customResourceDefinitions } from "@skiff/api/resources";
import type { Server } from "../server-parts.ts";
import type { Definitions } from "./definitions.ts";

/** What serves the custom resources of a server. */
export interface CustomResources extends Disposable {
  /** Resolves when what was defined before the server started is served. */
  readonly ready: Promise<void>;
}

/** Serves what is and will be defined, until disposed. */
export function serveCustomResources(
  deps: Pick<Server, "caches" | "served" | "writer" | "webhooks" | "clock" | "log">,
): CustomResources {
  const cache = deps.caches.of(customResourceDefinitions);
  let closed = false;
  let loading: Promise<Definitions> | undefined;
  const load = async () => {
    const { Definitions } = await import("./definitions.ts");
    return new Definitions(deps);
  };
  const look = async (name: string) => {
    loading ??= load();
    const definitions = await loading;
    if (!closed) definitions.look(name);
    return definitions;
  };
  cache.onChange((name) => {
    look(name).catch((error) => deps.log.error("cannot load what serves custom resources", { error }));
  });
  const start = async () => {
    const names = Array.from(cache.entries.under(""), ({ key }) => key);
    const looked = await Promise.all(names.map(look));
    await looked[0]?.settled();
  };
  return {
    ready: start(),
    [Symbol.dispose]() {
      closed = true;
      loading?.then((definitions) => definitions.close()).catch(() => {});
    },
  };
}
