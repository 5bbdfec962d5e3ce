/** `skiff stop`: containers that end. */
import { stoppingVerb } from "./stopping-verb.ts";

export const run = stoppingVerb("stop", "Asks containers to end, and kills them when they take too long");
