/** `skiff network rm`: networks, removed. */
import { removeVerb } from "../remove-verb.ts";

export const run = removeVerb("network");
