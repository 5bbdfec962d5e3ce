/** Containers are created, and recreated where their service changed; nothing is started. */
import { converge } from "../apply/converge.ts";
import type { Project } from "../model.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** When a container that exists is replaced: never, when its service changed, always. */
export type Recreate = "never" | "diverged" | "force";

/** How `create` and `up` converge. */
export interface CreateOptions {
  /** Services that the user named; the others of the project are dependencies of them. None: all are named. */
  readonly services?: readonly string[] | undefined;
  /** Build images before: never, those that are missing, all that can be. Default "missing". */
  readonly build?: "never" | "missing" | "always" | undefined;
  /** Overrides every service's own policy. */
  readonly pull?: "always" | "missing" | "never" | "if_not_present" | "build" | undefined;
  /** For services that were named. Default "diverged". */
  readonly recreate?: Recreate | undefined;
  /** For services that were not. Default "diverged". */
  readonly recreateDependencies?: Recreate | undefined;
  /** Anonymous volumes of a replaced container go to its successor. Default true. */
  readonly inherit?: boolean | undefined;
  /** Seconds that a container has to stop in. Default: the service's grace period. */
  readonly timeout?: number | undefined;
  readonly removeOrphans?: boolean | undefined;
  readonly ignoreOrphans?: boolean | undefined;
  /** Containers by service, over the file's. */
  readonly scale?: Readonly<Record<string, number>> | undefined;
  readonly quietPull?: boolean | undefined;
  /** Receives what builds say, by service. */
  readonly buildOutput?: ((service: string, text: string) => void) | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/** Converges the project's networks, volumes and containers. */
export async function create(context: OperationContext, project: Project, options: CreateOptions): Promise<void> {
  await converge(context, project, options);
}
