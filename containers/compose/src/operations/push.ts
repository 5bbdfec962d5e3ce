/** Images of services that are built here are pushed. */
import type { Project } from "../model.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What is pushed, and how. */
export interface PushOptions {
  /** None: all. */
  readonly services?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  readonly ignoreFailures?: boolean | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/** Pushes the images, several at a time. */
export async function push(_context: OperationContext, _project: Project, _options: PushOptions): Promise<void> {
  throw new Error("push is not available");
}
