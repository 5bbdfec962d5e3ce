/** DELETE /volumes/{name}. */
import type { Deps } from "../deps.ts";
import { flag, type Handler } from "../http/call.ts";

export function removeVolume({ engine, events }: Deps): Handler {
  return async function removeVolume(call) {
    const { name = "" } = call.params;
    // With force one that is not there is as good as removed; one in use is not.
    if (flag(call, "force") && !(await engine.volumes.get(name))) return { status: 204 };
    await engine.volumes.remove(name);
    events.publish({ type: "volume", action: "destroy", id: name, attributes: { driver: "local" } });
    return { status: 204 };
  };
}
