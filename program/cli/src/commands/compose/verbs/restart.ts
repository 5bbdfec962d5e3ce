/** `skiff compose restart`: stops and starts containers. */
import { int, on } from "../flag-table.ts";
import { verbOnServices } from "../verb-on-services.ts";

export const restart = verbOnServices({
  name: "restart",
  title: "Restarting",
  flags: {
    "no-deps": on("leave the services that depend on them alone"),
    timeout: int("seconds that containers have to stop in", "t"),
  },
  load: async () => (await import("@skiff/compose/operations/restart")).restart,
  options: (flags) => ({ timeout: flags.number("timeout"), noDependencies: flags.has("no-deps") }),
});
