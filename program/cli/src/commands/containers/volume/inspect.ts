/** `skiff volume inspect`: all that is known of volumes. */
import { inspectVerb } from "../inspect.ts";

export const run = inspectVerb("volume");
