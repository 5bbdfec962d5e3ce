/** `skiff image inspect`: all that is known of images. */
import { inspectVerb } from "../inspect.ts";

export const run = inspectVerb("image");
