/** Server-side apply. */
import { StatusError } from "@skiff/api";
import type { Handler } from "../call.ts";
import type { UpdateDeps } from "./update.ts";

/** Refuses an apply patch, naming what is taken. */
export function apply(_deps: UpdateDeps): Handler {
  return async () => {
    throw StatusError.unsupportedMediaType([
      "application/json-patch+json",
      "application/merge-patch+json",
      "application/strategic-merge-patch+json",
    ]);
  };
}
