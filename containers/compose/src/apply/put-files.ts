/** Files are written into a container. */
import type { OperationContext } from "../operations/context.ts";
import { type InjectedFile, packFiles } from "./tar-file.ts";

/** Writes the files; directories that are missing are made. */
export async function putFiles(
  { client, signal, rehearsal }: OperationContext,
  container: string,
  files: readonly InjectedFile[],
): Promise<void> {
  if (files.length === 0 || rehearsal) return;
  const archive = packFiles(files);
  const answer = await client.open(`/containers/${container}/archive`, {
    ...{ method: "PUT", query: { path: "/" }, signal },
    headers: { "content-type": "application/x-tar", "content-length": String(archive.byteLength) },
    body: (async function* () {
      yield archive;
    })(),
  });
  answer.resume();
}
