/** Images of services are built. */
import type { Project } from "../model.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What is built, and how. */
export interface BuildOptions {
  /** None: all that have a `build`. */
  readonly services?: readonly string[] | undefined;
  readonly noCache?: boolean | undefined;
  /** Look for newer base images. */
  readonly pull?: boolean | undefined;
  readonly push?: boolean | undefined;
  readonly buildArguments?: Readonly<Record<string, string>> | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** The services that the named ones depend on, too. */
  readonly withDependencies?: boolean | undefined;
  /** Receives what the builds say, by service. Default: nobody does. */
  readonly output?: ((service: string, text: string) => void) | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/** Builds. Answers the image's id by service. */
export async function build(
  _context: OperationContext,
  _project: Project,
  _options: BuildOptions,
): Promise<ReadonlyMap<string, string>> {
  throw new Error("build is not available");
}
