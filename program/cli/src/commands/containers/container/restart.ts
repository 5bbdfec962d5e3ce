/** `skiff restart`: containers that end and begin anew. */
import { stoppingVerb } from "./stopping-verb.ts";

export const run = stoppingVerb("restart", "Stops containers and starts them again");
