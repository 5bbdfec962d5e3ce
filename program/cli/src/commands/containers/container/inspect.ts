/** `skiff container inspect`: all that is known of containers. */
import { inspectVerb } from "../inspect.ts";

export const run = inspectVerb("container");
