/** `RUN --mount` (Dockerfile reference, "RUN --mount"): files that a command sees and no image keeps. */
import { chmod, chown, mkdtemp, writeFile } from "node:fs/promises";
import { basename, join, posix } from "node:path";
import type { ContainerMount } from "@skiff/engine";
import { findSources, hashSources } from "../context/file-tree.ts";
import type { Run } from "../dockerfile/instruction.ts";
import { mountOptions } from "../dockerfile/mount-options.ts";
import { DockerfileError } from "../dockerfile-error.ts";
import { copyInto } from "../rootfs/copy-into.ts";
import { resolveInRoot } from "../rootfs/resolve-in-root.ts";
import type { Sharing } from "./cache-mounts.ts";
import type { RunScope } from "./run-step.ts";
import type { OpenSource, StepDeps } from "./step-deps.ts";

/** What a mount comes to once it is needed. */
export interface PreparedMount {
  readonly mount?: ContainerMount;
  /** "NAME=value" for the command. */
  readonly env?: string;
  readonly release?: () => void;
}

/** Mounts of one RUN. */
export interface ResolvedMounts {
  /** What the step's result depends on; the contents of caches and secrets are not part of it. */
  readonly key: readonly unknown[];
  /** Makes what is to be mounted, in the order written. */
  readonly prepare: () => Promise<PreparedMount[]>;
}

type Resolve = Pick<RunScope, "stage" | "expand"> & { readonly cwd: string };

interface Mount {
  readonly key: readonly unknown[];
  readonly prepare: () => Promise<PreparedMount>;
}

/** One mount's options, and the questions asked of them. */
interface Options {
  readonly text: string;
  readonly line: number;
  readonly get: (key: string) => string | undefined;
  readonly isOn: (key: string) => boolean;
  readonly number: (key: string, fallback: number, radix?: 8 | 10) => number;
  readonly target: (fallback?: string) => string;
}

/** Reads the instruction's mounts. Throws DockerfileError for what cannot be, or a secret that is required and was not given. */
export async function resolveMounts(deps: StepDeps, { mounts, line }: Run, scope: Resolve): Promise<ResolvedMounts> {
  const all = await Promise.all(
    mounts.map((text, index): Mount | Promise<Mount> => {
      const options = read(text, line, scope);
      const type = options.get("type") ?? "bind";
      switch (type) {
        case "bind":
          return bind(deps, scope, options);
        case "cache":
          return cache(deps, scope, options);
        case "tmpfs":
          return tmpfs(options);
        case "secret":
          return secret(deps, options);
        case "ssh":
          return ssh(deps, options, index);
        default:
          throw new DockerfileError(`unsupported mount type "${type}"`, line);
      }
    }),
  );
  return {
    key: all.map(({ key }) => key),
    async prepare() {
      const prepared: PreparedMount[] = [];
      try {
        for (const { prepare } of all) prepared.push(await prepare());
      } catch (error) {
        for (const { release } of prepared) release?.();
        throw error;
      }
      return prepared;
    },
  };
}

function read(text: string, line: number, { expand, cwd }: Resolve): Options {
  const values = new Map(
    [...mountOptions(text, line)].map(([key, value]) => [key, key === "from" ? value : expand(value)]),
  );
  const get = (key: string) => values.get(key);
  return {
    text,
    line,
    get,
    isOn: (key) => ["true", "1"].includes(get(key) ?? ""),
    number(key, fallback, radix = 10) {
      const value = get(key);
      if (value === undefined) return fallback;
      if (!(radix === 8 ? /^[0-7]{1,5}$/ : /^\d{1,10}$/).test(value))
        throw new DockerfileError(`invalid value ${value} for ${key} in --mount=${text}`, line);
      return Number.parseInt(value, radix);
    },
    target(fallback) {
      const value = get("target") ?? fallback;
      if (value === undefined || value === "") throw new DockerfileError(`--mount=${text} has no target`, line);
      return posix.resolve(cwd, value);
    },
  };
}

async function openFrom(deps: StepDeps, { stage }: Resolve, options: Options): Promise<OpenSource | undefined> {
  const from = options.get("from");
  const source = from === undefined ? undefined : stage.sources.get(from);
  return source === undefined ? undefined : deps.open(source);
}

async function bind(deps: StepDeps, scope: Resolve, options: Options): Promise<Mount> {
  const target = options.target();
  const path = options.get("source") ?? "/";
  const opened = await openFrom(deps, scope, options);
  const found = opened === undefined ? await findSources(deps.context, path) : [];
  if (opened === undefined && found.length === 0)
    throw new DockerfileError(`failed to compute cache key: ${JSON.stringify(path)} not found`, options.line);
  const identity = opened?.identity ?? (await hashSources(deps.context, found));
  const isWritable = options.isOn("readwrite");
  const prepare = async (): Promise<PreparedMount> => {
    const tree = (await opened?.tree()) ?? deps.context;
    // A live context holds more than the build is to see, and changes.
    const isCopied = isWritable || (opened === undefined && tree.isLive === true);
    if (!isCopied) {
      const source = await resolveInRoot(tree.root, path);
      return { mount: { type: "bind", source, target, readonly: true } };
    }
    // What the command writes is dropped: it works on a copy.
    const root = await mkdtemp(join(deps.scratch, "bind-"));
    await chmod(root, 0o755);
    const [first] = found.length > 0 ? found : await findSources(tree, path);
    if (first === undefined) throw new DockerfileError(`${JSON.stringify(path)} not found`, options.line);
    await copyInto(tree, [first], { root, destination: first.isDirectory ? "/" : "/file" });
    if (opened === undefined && (await hashSources(deps.context, found)) !== identity)
      throw new DockerfileError("files changed while they were copied: build again", options.line);
    const source = first.isDirectory ? root : join(root, "file");
    return { mount: { type: "bind", source, target, ...(isWritable ? {} : { readonly: true }) } };
  };
  return { key: ["bind", target, path, identity, isWritable], prepare };
}

async function cache(deps: StepDeps, scope: Resolve, options: Options): Promise<Mount> {
  const target = options.target();
  const id = options.get("id") ?? target;
  const sharing = options.get("sharing") ?? "shared";
  if (!isSharing(sharing)) throw new DockerfileError(`unsupported sharing value "${sharing}"`, options.line);
  const opened = await openFrom(deps, scope, options);
  const path = options.get("source") ?? "/";
  const fill =
    opened === undefined
      ? undefined
      : async (directory: string) => {
          const tree = await opened.tree();
          await copyInto(tree, await findSources(tree, path), { root: directory, destination: "/" });
        };
  const made = {
    mode: options.number("mode", 0o755, 8),
    uid: options.number("uid", 0),
    gid: options.number("gid", 0),
    fill,
  };
  // As with BuildKit, caches of one id are several where they start out differently.
  const start = [...["mode", "uid", "gid"].map(options.get), opened && [opened.identity, path]];
  const name = JSON.stringify([id, ...start]);
  return {
    key: ["cache", target, id],
    async prepare() {
      const { directory, release } = await deps.cacheMounts.acquire(name, sharing, made, deps.signal);
      return {
        mount: { type: "bind", source: directory, target, readonly: options.isOn("readonly") },
        release,
      };
    },
  };
}

function tmpfs(options: Options): Mount {
  const target = options.target();
  const size = sizeOf(options);
  return {
    key: ["tmpfs", target],
    prepare: async () => ({ mount: { type: "tmpfs", target, ...(size === undefined ? {} : { size }) } }),
  };
}

async function secret({ secrets, memory }: StepDeps, options: Options): Promise<Mount> {
  const given = options.get("id") ?? options.get("source");
  const id = given ?? basename(options.target());
  const variable = options.get("env");
  // With a variable there is a file only where one is asked for.
  const target =
    variable !== undefined && options.get("target") === undefined ? undefined : options.target(`/run/secrets/${id}`);
  const value = await secrets.get(id);
  if (value === undefined && options.isOn("required"))
    throw new DockerfileError(`secret ${id}: not found`, options.line);
  const owner = {
    mode: options.number("mode", 0o400, 8),
    uid: options.number("uid", 0),
    gid: options.number("gid", 0),
  };
  return {
    key: ["secret", id, target, variable, owner],
    async prepare() {
      if (value === undefined) return {};
      const env = variable === undefined ? {} : { env: `${variable}=${Buffer.from(value).toString("utf8")}` };
      if (target === undefined) return env;
      const source = join(await mkdtemp(join(await memory(), "secret-")), "value");
      await writeFile(source, value, { mode: 0o600 });
      await chown(source, owner.uid, owner.gid);
      await chmod(source, owner.mode);
      return { ...env, mount: { type: "bind", source, target, readonly: true } };
    },
  };
}

async function ssh({ sshAgents }: StepDeps, options: Options, index: number): Promise<Mount> {
  const id = options.get("id") ?? "default";
  const target = options.target(`/run/buildkit/ssh_agent.${index}`);
  const source = await sshAgents.get(id);
  if (source === undefined && options.isOn("required"))
    throw new DockerfileError(`unset ssh forward key ${id}`, options.line);
  return {
    key: ["ssh", id, target],
    prepare: async () =>
      source === undefined ? {} : { mount: { type: "bind", source, target }, env: `SSH_AUTH_SOCK=${target}` },
  };
}

function isSharing(text: string): text is Sharing {
  return text === "shared" || text === "locked" || text === "private";
}

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

function sizeOf(options: Options): number | undefined {
  const text = options.get("size");
  if (text === undefined) return undefined;
  const [, amount, unit = ""] = /^(\d+)\s*([bkmg]?)(?:i?b)?$/i.exec(text) ?? [];
  if (amount === undefined) throw new DockerfileError(`invalid size ${text} in --mount=${options.text}`, options.line);
  return Number(amount) * (UNITS[unit.toLowerCase()] ?? 1);
}
