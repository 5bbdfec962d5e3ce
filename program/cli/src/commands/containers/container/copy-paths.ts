/** Copying files into a container, and out of it, by the rules of `docker cp`. */
import { spawn } from "node:child_process";
import { lstat, realpath, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname, join, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extractTar } from "@skiff/builder/extract";
import { renameEntries } from "@skiff/builder/rename";
import { DockerApiError, type DockerClient } from "@skiff/docker/client";
import { VerbFailure } from "../verb.ts";
import { type Argument, baseName, planCopy } from "./plan-copy.ts";

/** How files are copied. */
export interface CopyOptions {
  /** Keep their owners. */
  readonly archive: boolean;
  /** Copy what a link leads to. */
  readonly followLink: boolean;
}

interface Copy extends CopyOptions {
  readonly client: DockerClient;
  readonly source: string;
  readonly destination: string;
  /** Bytes of the archive. */
  moved: number;
}

/**
 * Copies from one `Argument` to another, one of which is in a container; a path "-" is a tar on standard input or output. Gives the bytes
 * moved. Throws VerbFailure.
 */
export async function copyPaths(
  client: DockerClient,
  source: Argument,
  destination: Argument,
  options: CopyOptions,
): Promise<number> {
  if (source.container !== undefined && destination.container !== undefined)
    throw new VerbFailure("copying between containers is not supported");
  const copy: Copy = { client, ...options, source: source.path, destination: destination.path, moved: 0 };
  if (source.container !== undefined) await copyOut(copy, source.container);
  else if (destination.container !== undefined) await copyIn(copy, destination.container);
  else throw new VerbFailure("must specify at least one container source");
  return copy.moved;
}

interface PathStat {
  readonly name: string;
  readonly mode: number;
  readonly linkTarget: string;
}

const IS_DIRECTORY = 2 ** 31;
const IS_LINK = 2 ** 27;
const has = (mode: number, bit: number) => Math.floor(mode / bit) % 2 === 1;

async function copyOut(copy: Copy, container: string): Promise<void> {
  const { client, followLink, destination } = copy;
  const path = archivePath(container);
  let source = copy.source;
  let asked = baseName(source);
  if (followLink) {
    const found = await statInside(client, path, source);
    if (found && has(found.mode, IS_LINK)) source = join("/", dirname(source), found.linkTarget);
    asked = baseName(copy.source);
  }
  const answer = await client.open(path, { query: { path: source } });
  if (destination === "-") {
    if (process.stdout.isTTY) throw new VerbFailure("cowardly refusing to copy to a terminal. Use a file or redirect");
    await pipeline(answer, process.stdout, { end: false });
    return;
  }
  try {
    await unpack(copy, source, asked, answer);
  } finally {
    answer.destroy();
  }
}

async function unpack(copy: Copy, source: string, asked: string, answer: IncomingMessage): Promise<void> {
  const { archive: keepsOwners, destination } = copy;
  const { mode } = decodeStat(answer.headers["x-docker-container-path-stat"]);
  const parent = dirname(keepSlash(destination).replace(/\/$/, ""));
  const local = await lookAt(resolve(destination));
  if (!local.exists && !(await lookAt(parent)).isDirectory)
    throw new VerbFailure(`invalid output path: directory "${parent}" does not exist`);
  const plan = planCopy(
    { path: source === copy.source ? copy.source : asked, isDirectory: has(mode, IS_DIRECTORY) },
    { path: keepSlash(destination), ...local },
  );
  const directory = await realpath(plan.directory);
  const archive = counted(answer, copy);
  const original = /\/\.?$/.test(source) || source === "/" ? "." : baseName(source);
  const files =
    plan.name === undefined || plan.name === original ? archive : renameEntries(archive, original, plan.name);
  const owner = keepsOwners ? undefined : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await extractTar(files, directory, "/", { owner });
}

async function copyIn(copy: Copy, container: string): Promise<void> {
  const { client, followLink, source } = copy;
  const path = archivePath(container);
  let destination = copy.destination;
  let found = await statInside(client, path, destination);
  if (found && has(found.mode, IS_LINK)) {
    const target = found.linkTarget;
    destination = target.startsWith("/") ? target : join("/", dirname(destination.replace(/\/+$/, "")), target);
    found = await statInside(client, path, destination);
  }
  const isDirectory = found !== undefined && has(found.mode, IS_DIRECTORY);
  const put = (directory: string, body: Readable) =>
    client.json(path, {
      method: "PUT",
      query: {
        path: directory,
        noOverwriteDirNonDir: "true",
        copyUIDGID: copy.archive ? "true" : undefined,
      },
      headers: { "content-type": "application/x-tar" },
      body: counted(body, copy),
    });
  if (source === "-") {
    if (!isDirectory) throw new VerbFailure(`destination "${container}:${copy.destination}" must be a directory`);
    await put(destination, process.stdin);
    return;
  }
  const real = followLink || /\/\.?$/.test(source) ? await realpath(source).catch(() => source) : source;
  const stats = await lstat(real).catch((error: NodeJS.ErrnoException) => {
    throw new VerbFailure(
      error.code === "ENOENT" ? `lstat ${resolve(source)}: no such file or directory` : error.message,
    );
  });
  const plan = planCopy(
    {
      path: /^\.\.?$/.test(source) ? `${resolve(source)}${source === "." ? "/." : ""}` : source,
      isDirectory: stats.isDirectory(),
    },
    { path: destination, exists: found !== undefined, isDirectory },
  );
  // An answer to GET says in words what is missing.
  if (!isDirectory && (await statInside(client, path, plan.directory)) === undefined)
    (await client.open(path, { query: { path: plan.directory } })).destroy();
  const whole = resolve(real);
  const contents = plan.name === undefined;
  const name = contents ? "." : baseName(whole);
  const archive = packLocal(contents ? whole : dirname(whole), name);
  await put(plan.directory, contents || plan.name === name ? archive : renameEntries(archive, name, plan.name ?? name));
}

function archivePath(container: string): string {
  return `/containers/${encodeURIComponent(container)}/archive`;
}

/** Undefined where there is nothing at the path. */
async function statInside(client: DockerClient, path: string, inside: string): Promise<PathStat | undefined> {
  try {
    const answer = await client.open(path, { method: "HEAD", query: { path: inside } });
    answer.resume();
    return decodeStat(answer.headers["x-docker-container-path-stat"]);
  } catch (error) {
    if (!(error instanceof DockerApiError) || error.status !== 404) throw error;
    // The answer to HEAD has no text: of a container that is not there, the next request tells.
    return undefined;
  }
}

function decodeStat(header: string | readonly string[] | undefined): PathStat {
  return JSON.parse(Buffer.from(String(header ?? ""), "base64").toString("utf8")) as PathStat;
}

async function lookAt(path: string): Promise<{ exists: boolean; isDirectory: boolean }> {
  try {
    return { exists: true, isDirectory: (await stat(path)).isDirectory() };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { exists: false, isDirectory: false };
    throw error;
  }
}

// `resolve` drops what says that a directory is meant.
function keepSlash(path: string): string {
  return `${resolve(path)}${/\/$/.test(path) ? "/" : ""}`;
}

function counted(source: Readable, copy: Copy): Readable {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      copy.moved += chunk.byteLength;
      done(null, chunk);
    },
  });
  // The error reaches whoever reads what is counted.
  pipeline(source, counter).catch(() => undefined);
  return counter;
}

// tar(1) keeps every attribute.
function packLocal(directory: string, name: string): Readable {
  const child = spawn("tar", ["-C", directory, "--numeric-owner", "--xattrs", "-cf", "-", "--", name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return Readable.from(untilDone(child));
}

async function* untilDone(child: ReturnType<typeof spawn>): AsyncGenerator<Uint8Array> {
  const code = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  yield* child.stdout as AsyncIterable<Uint8Array>;
  // 1 is a file that changed while it was read.
  if (((await code) ?? 2) > 1) throw new VerbFailure("cannot read what is to be copied");
}
