/** The files of a context that say how it is built. */
import { readFile } from "node:fs/promises";
import { DockerfileError } from "../dockerfile-error.ts";
import { resolveInRoot } from "../rootfs/resolve-in-root.ts";
import { type IgnorePatterns, parseIgnorePatterns } from "./ignore-patterns.ts";

interface Input {
  readonly context: string;
  readonly dockerfile?: string | undefined;
}

const MAX_IGNORE_FILE = 1024 * 1024;

/** The text of the Dockerfile. Throws DockerfileError where it is not there. */
export async function readDockerfile({ context, dockerfile = "Dockerfile" }: Input): Promise<string> {
  const path = await resolveInRoot(context, dockerfile);
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "EISDIR", "ENOTDIR"].includes(String(error.code))) {
      throw new DockerfileError(`Cannot locate specified Dockerfile: ${dockerfile}`, undefined, { cause: error });
    }
    throw error;
  }
}

/** What is left out: the Dockerfile's own list (`<Dockerfile>.dockerignore`), else the context's. */
export async function readIgnoreFile({
  context,
  dockerfile = "Dockerfile",
}: Input): Promise<IgnorePatterns | undefined> {
  for (const name of [`${dockerfile}.dockerignore`, ".dockerignore"]) {
    try {
      const text = await readFile(await resolveInRoot(context, name), "utf8");
      if (text.length > MAX_IGNORE_FILE) throw new DockerfileError(`${name} is larger than ${MAX_IGNORE_FILE} bytes`);
      return parseIgnorePatterns(text);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return undefined;
}
