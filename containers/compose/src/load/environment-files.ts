/** Variables from files, under those of the caller. */
import { ComposeFileError } from "./compose-file-error.ts";
import { parseDotenv } from "./dotenv.ts";
import { displayName, type FileScope, reasonOf, variables } from "./file-session.ts";
import { readText } from "./read-text.ts";

/**
 * Gives the scope's environment with what `files` add to it: what is set already stays, and of several files the last one
 * that sets a variable wins. Files that are not there are skipped unless they are `required`. Throws `ComposeFileError`.
 */
export async function readEnvironmentFiles(
  files: readonly string[],
  { session, environment }: Pick<FileScope, "session" | "environment">,
  { required }: { readonly required: boolean },
): Promise<Readonly<Record<string, string>>> {
  let found: Record<string, string> = {};
  for (const file of files) {
    const text = await textOfFile(file, displayName(session, file), required);
    if (text === undefined) continue;
    const before = found;
    const lookup = (name: string): string | undefined => environment[name] ?? before[name];
    const { missing } = variables(session, environment);
    found = { ...before, ...parseDotenv(text, displayName(session, file), lookup, missing) };
  }
  return { ...found, ...environment };
}

async function textOfFile(file: string, name: string, required: boolean): Promise<string | undefined> {
  try {
    return await readText(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // A directory named .env is somebody's virtual environment.
    if (!required && (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR")) return undefined;
    throw new ComposeFileError(`couldn't find env file: ${reasonOf(error)}`, { file: name }, { cause: error });
  }
}
