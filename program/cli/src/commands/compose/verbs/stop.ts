/** `skiff compose stop`: stops containers, and keeps them. */
import { int } from "../flag-table.ts";
import { verbOnServices } from "../verb-on-services.ts";

export const stop = verbOnServices({
  name: "stop",
  title: "Stopping",
  flags: { timeout: int("seconds that containers have to stop in", "t") },
  load: async () => (await import("@skiff/compose/operations/stop")).stop,
  options: (flags) => ({ timeout: flags.number("timeout") }),
});
