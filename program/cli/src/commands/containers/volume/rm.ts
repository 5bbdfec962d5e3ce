/** `skiff volume rm`: volumes, removed. */
import { removeVerb } from "../remove-verb.ts";

export const run = removeVerb("volume");
