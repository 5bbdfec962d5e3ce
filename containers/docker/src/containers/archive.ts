/** HEAD, GET and PUT /containers/{id}/archive: files of a container as a tar, which is how `docker cp` works. */
import { spawn } from "node:child_process";
import { closeSync, constants, lstatSync, readlinkSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extractTar } from "@skiff/builder";
import { type Container, isSystemError, openInRoot } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import type { Call, Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

const GO_MODE_BITS = [
  { is: "isDirectory", bit: 2 ** 31 },
  { is: "isSymbolicLink", bit: 2 ** 27 },
  { is: "isFIFO", bit: 2 ** 25 },
  { is: "isSocket", bit: 2 ** 24 },
  { is: "isBlockDevice", bit: 2 ** 26 },
  { is: "isCharacterDevice", bit: 2 ** 26 + 2 ** 21 },
] as const;

export function statArchive(deps: Deps): Handler {
  return async function statArchive(call) {
    const found = await place(deps, call);
    const { directory } = found;
    try {
      return { status: 200, headers: statHeader(found) };
    } finally {
      closeSync(directory);
    }
  };
}

export function getArchive(deps: Deps): Handler {
  return async function getArchive(call) {
    const found = await place(deps, call);
    const { directory, name } = found;
    let headers: Record<string, string>;
    try {
      headers = { ...statHeader(found), "content-type": "application/x-tar" };
    } catch (error) {
      closeSync(directory);
      throw error;
    }
    return { status: 200, headers, stream: pack(directory, name, usersOf(found.container)) };
  };
}

export function putArchive(deps: Deps): Handler {
  return async function putArchive(call) {
    const container = await findContainer(deps, call);
    const path = pathOf(call);
    const { root, inside } = await rootOf(deps, container, path);
    const directory = open(container, root, inside, path, DIRECTORY);
    try {
      // Links lead where they lead inside.
      if (container.ids === undefined) await extractTar(call.body, root, inside);
      else await unpackAs(usersOf(container), directory, call.body);
    } finally {
      closeSync(directory);
    }
    return { status: 200 };
  };
}

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

/** A file of a container. */
interface Place {
  readonly container: Container;
  /** Descriptor of the directory that has it. */
  readonly directory: number;
  /** Its name in there; "." for a directory's own content. */
  readonly name: string;
  /** How it was asked for. */
  readonly path: string;
}

async function place(deps: Deps, call: Call): Promise<Place> {
  const container = await findContainer(deps, call);
  const path = pathOf(call);
  const { root, inside } = await rootOf(deps, container, path);
  const whole = /\/\.?$/.test(path) || inside === "/";
  const directory = open(container, root, whole ? inside : dirname(inside), path, DIRECTORY);
  return { container, directory, name: whole ? "." : basename(inside), path };
}

function pathOf(call: Call): string {
  const path = call.query.get("path") ?? "";
  if (path === "") throw new DockerError(400, "bad parameter: path cannot be empty");
  return path.startsWith("/") ? path : `/${path}`;
}

// A container that does not run has no mounts: a path in one of them is looked up where the mount comes from.
async function rootOf(
  { engine }: Deps,
  { id, state, spec }: Container,
  path: string,
): Promise<{ readonly root: string; readonly inside: string }> {
  const normal = join("/", path);
  if (state !== "running" && state !== "paused") {
    const mounts = (spec.mounts ?? []).filter(({ target }) => normal === target || normal.startsWith(`${target}/`));
    const [mount] = mounts.toSorted((a, b) => b.target.length - a.target.length);
    const volume = mount?.type === "volume" ? await engine.volumes.get(mount.source ?? "") : undefined;
    const source = mount?.type === "bind" ? mount.source : volume?.mountpoint;
    if (mount && source !== undefined) return { root: source, inside: join("/", normal.slice(mount.target.length)) };
  }
  return { root: await engine.containers.filesystem(id), inside: normal };
}

function open({ name }: Container, root: string, inside: string, asked: string, flags: number): number {
  try {
    return openInRoot(root, inside, flags);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) throw noSuchFile(asked, name, error);
    if (isSystemError(error, "ENOTDIR"))
      throw new DockerError(400, "extraction point is not a directory", { cause: error });
    throw error;
  }
}

function noSuchFile(path: string, container: string, cause: Error): DockerError {
  return new DockerError(404, `Could not find the file ${path} in container ${container}`, { cause });
}

function statHeader({ container, directory, name, path: asked }: Place): Record<string, string> {
  const path = `/proc/self/fd/${directory}/${name}`;
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) throw noSuchFile(asked, container.name, error);
    throw error;
  }
  const kind = GO_MODE_BITS.find(({ is }) => stats[is]())?.bit ?? 0;
  const stat = {
    name: name === "." ? "/" : name,
    size: stats.size,
    mode: kind + (stats.mode & 0o777),
    mtime: stats.mtime.toISOString(),
    linkTarget: stats.isSymbolicLink() ? readlinkSync(path) : "",
  };
  return { "x-docker-container-path-stat": Buffer.from(JSON.stringify(stat)).toString("base64") };
}

/** What to run a program with so that files belong to whom they belong to inside. */
function usersOf({ ids, pid }: Container): string[] {
  return ids === undefined ? [] : ["nsenter", `--user=/proc/${pid}/ns/user`, "--"];
}

// In the container's user namespace tar has no rights outside: whatever it is led to, only what is everybody's could be written.
async function unpackAs(
  users: readonly string[],
  directory: number,
  archive: AsyncIterable<Uint8Array>,
): Promise<void> {
  const [program = "", ...args] = [
    ...users,
    "tar",
    "-C",
    "/proc/self/fd/3",
    "--numeric-owner",
    "--xattrs",
    "-xpf",
    "-",
  ];
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "pipe", directory] });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint += chunk.toString().slice(0, 2000);
  });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const given = child.stdin ? pipeline(archive, child.stdin) : Promise.resolve();
  // An archive that tar refuses is not read to its end; why, tar says.
  await given.catch(() => undefined);
  if ((await code) !== 0) throw new DockerError(400, `Cannot unpack the archive: ${complaint.trim()}`);
}

// tar(1) keeps every attribute, and reads from the descriptor: nobody inside can lead it elsewhere.
async function* pack(directory: number, name: string, users: readonly string[]): AsyncGenerator<Uint8Array> {
  try {
    const tar = ["tar", "-C", "/proc/self/fd/3", "--numeric-owner", "--xattrs", "-cf", "-", "--", name];
    const [program = "", ...args] = [...users, ...tar];
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe", directory],
    });
    let complaint = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint += chunk.toString().slice(0, 2000);
    });
    const code = new Promise<number | null>((resolve) => child.once("close", resolve));
    yield* child.stdout as AsyncIterable<Uint8Array>;
    // 1 is a file that changed while it was read.
    if (((await code) ?? 2) > 1) throw new Error(`tar: ${complaint.trim()}`);
  } finally {
    closeSync(directory);
  }
}
