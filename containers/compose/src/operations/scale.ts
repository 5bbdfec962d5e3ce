/** The number of containers of services is changed. */
import type { Project } from "../model.ts";
import type { OperationContext } from "./context.ts";

/** Brings up the services in `scale` with that many containers each, and leaves those that did not change alone. */
export async function scale(
  _context: OperationContext,
  _project: Project,
  _options: { readonly scale: Readonly<Record<string, number>> },
): Promise<void> {
  throw new Error("scale is not available");
}
