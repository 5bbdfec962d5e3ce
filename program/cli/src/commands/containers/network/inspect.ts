/** `skiff network inspect`: all that is known of networks. */
import { inspectVerb } from "../inspect.ts";

export const run = inspectVerb("network");
