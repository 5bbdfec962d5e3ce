/** `skiff compose start`: starts containers that exist. */
import { verbOnServices } from "../verb-on-services.ts";

export const start = verbOnServices({
  name: "start",
  title: "Starting",
  load: async () => (await import("@skiff/compose/operations/start")).start,
  options: () => ({}),
});
