/** `skiff compose unpause`: lets paused containers go on. */
import { verbOnServices } from "../verb-on-services.ts";

export const unpause = verbOnServices({
  name: "unpause",
  title: "Unpausing",
  load: async () => (await import("@skiff/compose/operations/unpause")).unpause,
  options: () => ({}),
});
