/** ADD of a URL: the file is fetched before anything is decided, since only its content tells whether it changed. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { FileTree, Found } from "../context/file-tree.ts";
import { DockerfileError } from "../dockerfile-error.ts";
import type { StepDeps } from "./step-deps.ts";

const MAX_BYTES = 8 * 2 ** 30;

/** Whether a source of ADD is to be fetched. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** Fetches the file into the build's scratch directory. Throws DockerfileError where the server does not give it, or not what `checksum` says. */
export async function download(
  deps: Pick<StepDeps, "scratch" | "signal">,
  source: string,
  checksum?: string,
): Promise<{ tree: FileTree; found: Found[] }> {
  const url = new URL(source);
  const name = basename(url.pathname);
  if (name === "") throw new DockerfileError(`cannot determine a file name from ${url.origin}${url.pathname}`);
  const response = await fetch(url, { signal: deps.signal });
  if (!response.ok || response.body === null)
    throw new DockerfileError(`failed to fetch ${url.origin}${url.pathname}: status ${response.status}`);
  const root = await mkdtemp(join(deps.scratch, "download-"));
  let size = 0;
  const hash = createHash("sha256");
  await pipeline(
    response.body,
    async function* bounded(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        size += chunk.byteLength;
        if (size > MAX_BYTES)
          throw new DockerfileError(`failed to fetch ${url.origin}${url.pathname}: it exceeds ${MAX_BYTES} bytes`);
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(join(root, name), { mode: 0o600 }),
  );
  const digest = `sha256:${hash.digest("hex")}`;
  if (checksum !== undefined && checksum !== digest) {
    throw new DockerfileError(`digest mismatch ${digest}: ${checksum}`);
  }
  const modified = Date.parse(response.headers.get("last-modified") ?? "");
  const time = new Date(Number.isNaN(modified) ? 0 : modified);
  await utimes(join(root, name), time, time);
  return { tree: { root }, found: [{ path: name, name, isDirectory: false }] };
}
