/** Images of services are pulled. */
import type { Project } from "../model.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What is pulled, and how. */
export interface PullOptions {
  /** None: all. */
  readonly services?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  readonly ignoreFailures?: boolean | undefined;
  /** Leave out images that can be built. */
  readonly ignoreBuildable?: boolean | undefined;
  /** Over each service's own. */
  readonly policy?: "always" | "missing" | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/** Pulls the images, several at a time, each once. */
export async function pull(_context: OperationContext, _project: Project, _options: PullOptions): Promise<void> {
  throw new Error("pull is not available");
}
