/** `skiff compose kill`: sends containers a signal. */
import { on, value } from "../flag-table.ts";
import { verbOnServices } from "../verb-on-services.ts";

export const kill = verbOnServices({
  name: "kill",
  title: "Killing",
  flags: {
    "remove-orphans": on("also containers of services that the files do not have"),
    signal: value("SIGNAL", "what is sent (default SIGKILL)", "s"),
  },
  load: async () => (await import("@skiff/compose/operations/kill")).kill,
  options: (flags) => ({ signal: flags.value("signal"), removeOrphans: flags.has("remove-orphans") }),
});
