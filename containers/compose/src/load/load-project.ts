/** From Compose files to a project. */
import type { Project } from "../model.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import type { LoadOptions } from "./load-options.ts";

/** Loads the project that `options` describe. Throws `ComposeFileError`. */
export async function loadProject(options: LoadOptions): Promise<Project> {
  throw new ComposeFileError("files are not loaded yet", { file: options.workingDirectory });
}
