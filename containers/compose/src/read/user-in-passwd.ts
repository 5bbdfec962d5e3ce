/** Who a user is that is named by name: what the files of a container say. */
import type { DockerClient } from "@skiff/docker/client";

export interface NumericUser {
  readonly uid: number;
  readonly gid: number;
}

const BLOCK = 512;
/** Of an archive of one file. */
const MAX_BYTES = 1 << 20;

/** The numbers of `user` ("name" or "name:group") in a container. Throws where its files do not know it. */
export async function userIn(
  client: DockerClient,
  container: string,
  user: string,
  signal: AbortSignal,
): Promise<NumericUser> {
  const [name = "", group] = user.split(":");
  const users = await fileOf(client, container, "/etc/passwd", signal);
  const found = lookUp(users, name, 2);
  if (found === undefined) throw new Error(`no matching entries in passwd file: the image has no user "${name}"`);
  if (group === undefined) return { uid: found, gid: lookUp(users, name, 3) ?? found };
  const gid = lookUp(await fileOf(client, container, "/etc/group", signal), group, 2);
  if (gid === undefined) throw new Error(`no matching entries in group file: the image has no group "${group}"`);
  return { uid: found, gid };
}

/** A number of the line that begins with `name`, or `name` itself where it is one. */
export function lookUp(file: string, name: string, column: number): number | undefined {
  const line = file.split("\n").find((each) => each.split(":")[0] === name);
  const value = line?.split(":")[column] ?? name;
  return /^\d+$/.test(value) ? Number(value) : undefined;
}

// The engine answers with a tar archive of this one file.
async function fileOf(client: DockerClient, container: string, path: string, signal: AbortSignal): Promise<string> {
  const response = await client.open(`/containers/${container}/archive`, { query: { path }, signal });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error(`cannot read ${path} of the image: it is larger than ${MAX_BYTES} bytes`);
  }
  const text = firstFile(Buffer.concat(chunks));
  if (text === undefined) throw new Error(`cannot read ${path} of the image: it is no file`);
  return text;
}

/** The contents of the first file of a tar archive, whatever headers of extensions come before it. */
export function firstFile(archive: Buffer): string | undefined {
  for (let at = 0; at + BLOCK <= archive.byteLength; ) {
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8);
    const type = archive.toString("latin1", at + 156, at + 157);
    const start = at + BLOCK;
    if (type === "0" || type === "\0") return archive.toString("utf8", start, start + size);
    if (!(size >= 0)) return undefined;
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}
