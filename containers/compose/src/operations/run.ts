/** One container more of a service, for one command. */
import type { Project } from "../model.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What differs from the service, and from other runs of it. */
export interface RunOptions {
  readonly service: string;
  /** Empty: the service's own. */
  readonly command: readonly string[];
  readonly name?: string | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  /** "KEY=value", or "KEY" to take it from the environment of the project. */
  readonly environment?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Short syntax, as in a file. */
  readonly volumes?: readonly string[] | undefined;
  /** Short syntax. */
  readonly publish?: readonly string[] | undefined;
  readonly servicePorts?: boolean | undefined;
  /** The service's aliases on its networks. */
  readonly useAliases?: boolean | undefined;
  readonly user?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly capAdd?: readonly string[] | undefined;
  readonly capDrop?: readonly string[] | undefined;
  readonly tty: boolean;
  readonly interactive: boolean;
  readonly detach?: boolean | undefined;
  /** Removed when it ends. */
  readonly remove?: boolean | undefined;
  readonly build?: boolean | undefined;
  readonly pull?: "always" | "missing" | "never" | undefined;
  readonly noDependencies?: boolean | undefined;
  readonly removeOrphans?: boolean | undefined;
  readonly ignoreOrphans?: boolean | undefined;
  readonly quietPull?: boolean | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/** A container that is created and not started: the caller attaches to it, then starts it. */
export interface OneOff {
  readonly id: string;
  readonly name: string;
}

/** Starts what the service depends on, and creates its one-off container. */
export async function createOneOff(
  _context: OperationContext,
  _project: Project,
  _options: RunOptions,
): Promise<OneOff> {
  throw new Error("run is not available");
}
