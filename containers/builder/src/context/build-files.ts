/** The files of a context that say how it is built. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { DockerfileError } from "../dockerfile-error.ts";
import { resolveInRoot } from "../rootfs/resolve-in-root.ts";
import { type IgnorePatterns, parseIgnorePatterns } from "./ignore-patterns.ts";

interface Input {
  readonly context: string;
  readonly dockerfile?: string | undefined;
}

const MAX_DOCKERFILE = 4 * 1024 * 1024;
const MAX_IGNORE_FILE = 1024 * 1024;

/**
 * The text of a file of a context, wherever links in the context lead: never out of it. Throws DockerfileError where it has more than
 * `maxBytes`, and the system's errors.
 */
export async function readContextFile(context: string, name: string, maxBytes = MAX_DOCKERFILE): Promise<string> {
  // A FIFO has nobody who writes to it.
  await using file = await open(await resolveInRoot(context, name), constants.O_RDONLY | constants.O_NONBLOCK);
  const { size } = await file.stat();
  if (size > maxBytes) throw new DockerfileError(`${name} is larger than ${maxBytes} bytes`);
  return await file.readFile("utf8");
}

/** The text of the Dockerfile. Throws DockerfileError where it is not there. */
export async function readDockerfile({ context, dockerfile = "Dockerfile" }: Input): Promise<string> {
  try {
    return await readContextFile(context, dockerfile);
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
      return parseIgnorePatterns(await readContextFile(context, name, MAX_IGNORE_FILE));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return undefined;
}
