/** `skiff stop` and `skiff restart`: they take the same flags, and ask the engine for one thing each. */
import { forEach } from "../for-each.ts";
import { verb } from "../verb.ts";

/** The verb that asks for `action` of each container. */
export function stoppingVerb(action: "stop" | "restart", about: string) {
  return verb(
    {
      usage: `skiff ${action} [OPTIONS] CONTAINER [CONTAINER...]`,
      about,
      operands: { min: 1 },
      flags: { signal: "value", timeout: "int" },
      short: { s: "signal", t: "timeout" },
      aliases: { time: "timeout" },
      interspersed: true,
    },
    ({ flags, client }) => {
      const query = { t: flags.value("timeout"), signal: flags.value("signal") };
      return forEach(flags.operands, (id) =>
        client.json(`/containers/${encodeURIComponent(id)}/${action}`, { method: "POST", query }),
      );
    },
  );
}
