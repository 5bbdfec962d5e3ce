/** `RUN --mount`: bind, cache and tmpfs. Secrets and SSH agents need a channel to the client that this API does not have. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join, posix } from "node:path";
import type { ContainerMount } from "@skiff/engine";
import { findSources, hashSources } from "../context/file-tree.ts";
import type { Run } from "../dockerfile/instruction.ts";
import { mountOptions } from "../dockerfile/mount-options.ts";
import { DockerfileError } from "../dockerfile-error.ts";
import { resolveInRoot } from "../rootfs/resolve-in-root.ts";
import type { RunScope } from "./run-step.ts";
import type { StepDeps } from "./step-deps.ts";

/** Mounts of one RUN. */
export interface ResolvedMounts {
  /** What the step's result depends on; the contents of caches are not part of it. */
  readonly key: readonly unknown[];
  /** Makes what is to be mounted. */
  readonly prepare: () => Promise<ContainerMount[]>;
}

type Options = ReadonlyMap<string, string>;

/** Reads the instruction's mounts. Throws DockerfileError for a type that is not supported, or without a target. */
export async function resolveMounts(
  deps: StepDeps,
  { mounts, line }: Run,
  scope: Pick<RunScope, "stage" | "expand">,
): Promise<ResolvedMounts> {
  const all = await Promise.all(
    mounts.map((text) => {
      const options: Options = new Map(
        [...mountOptions(text, line)].map(([key, value]) => [key, key === "from" ? value : scope.expand(value)]),
      );
      const type = options.get("type") ?? "bind";
      const target = options.get("target");
      if (target === undefined) throw new DockerfileError(`--mount=${text} has no target`, line);
      switch (type) {
        case "bind":
          return bind(deps, scope, options, target, line);
        case "cache":
          return cache(deps, options, target);
        case "tmpfs":
          return { key: ["tmpfs", target], prepare: async (): Promise<ContainerMount> => ({ type: "tmpfs", target }) };
        default:
          throw new DockerfileError(`--mount=type=${type} is not supported; bind, cache and tmpfs are`, line);
      }
    }),
  );
  return { key: all.map(({ key }) => key), prepare: () => Promise.all(all.map(({ prepare }) => prepare())) };
}

async function bind(
  deps: StepDeps,
  { stage }: Pick<RunScope, "stage">,
  options: Options,
  target: string,
  line: number,
) {
  if (options.has("readwrite"))
    throw new DockerfileError("--mount=type=bind,readwrite is not supported: the mount is read-only", line);
  const from = options.get("from");
  const source = from === undefined ? undefined : stage.sources.get(from);
  const opened = source === undefined ? undefined : await deps.open(source);
  const path = options.get("source") ?? "/";
  const identity = opened?.identity ?? (await hashSources(deps.context, await findSources(deps.context, path)));
  const prepare = async (): Promise<ContainerMount> => {
    const tree = (await opened?.tree()) ?? deps.context;
    return { type: "bind", source: await resolveInRoot(tree.root, path), target, readonly: true };
  };
  return { key: ["bind", target, path, identity], prepare };
}

function cache({ cacheMounts }: StepDeps, options: Options, target: string) {
  const id = options.get("id") ?? posix.resolve("/", target);
  const directory = join(cacheMounts, createHash("sha256").update(id).digest("hex"));
  const prepare = async (): Promise<ContainerMount> => {
    await mkdir(directory, { recursive: true, mode: Number.parseInt(options.get("mode") ?? "755", 8) });
    return { type: "bind", source: directory, target, readonly: options.get("readonly") === "true" };
  };
  return { key: ["cache", target, id], prepare };
}
