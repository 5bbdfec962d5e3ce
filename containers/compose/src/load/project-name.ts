/** What a project is called. */
import { basename } from "node:path";
import { ComposeFileError } from "./compose-file-error.ts";
import { quoted } from "./quoted.ts";
import { NAME_RULE } from "./shapes/project-shape.ts";

/** Where a name can come from, the first that is given wins. */
export interface NameSources {
  /** `--project-name`, else `COMPOSE_PROJECT_NAME`. */
  readonly asked: string | undefined;
  /** `name:` of the last file that has one. */
  readonly written: string | undefined;
  /** The project directory, of whose name the allowed characters are taken. */
  readonly directory: string;
}

/** Gives the project's name. Throws `ComposeFileError` when what is asked for is no name, or the directory's leaves nothing. */
export function projectName({ asked, written, directory }: NameSources): string {
  if (asked !== undefined && asked !== "") {
    if (asked === normalized(asked)) return asked;
    throw new ComposeFileError(`invalid project name ${quoted(asked)}: ${NAME_RULE}`);
  }
  const name = written ?? normalized(basename(directory));
  if (name === "")
    throw new ComposeFileError(
      `project name must not be empty: ${directory} gives none, and neither does --project-name`,
    );
  return name;
}

function normalized(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}
