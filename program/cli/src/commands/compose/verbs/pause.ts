/** `skiff compose pause`: freezes containers. */
import { verbOnServices } from "../verb-on-services.ts";

export const pause = verbOnServices({
  name: "pause",
  title: "Pausing",
  load: async () => (await import("@skiff/compose/operations/pause")).pause,
  options: () => ({}),
});
