/** COPY and ADD (Dockerfile reference). */
import { createReadStream } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { excluding } from "../context/excluding.ts";
import { type FileTree, type Found, findSources, hashSources } from "../context/file-tree.ts";
import { isPattern } from "../context/pattern.ts";
import type { Copy } from "../dockerfile/instruction.ts";
import { DockerfileError } from "../dockerfile-error.ts";
import type { PlannedStage } from "../plan.ts";
import { copyInto, makeDirectory } from "../rootfs/copy-into.ts";
import { isArchive } from "../rootfs/decompress.ts";
import { extractTar } from "../rootfs/extract-tar.ts";
import { findOwner } from "../rootfs/find-owner.ts";
import type { StageState } from "../stage-state.ts";
import { download, isUrl } from "./download.ts";
import { layerStep } from "./layer-step.ts";
import type { StepDeps } from "./step-deps.ts";

/** What the instruction is carried out with. */
export interface CopyScope {
  readonly step: number;
  readonly stage: Pick<PlannedStage, "sources">;
  readonly expand: (word: string, options?: { keepQuotes?: boolean }) => string;
}

interface Selection {
  readonly tree: FileTree;
  readonly found: readonly Found[];
  readonly isRemote?: true;
  /** Number of leading directories that `--parents` drops. */
  readonly dropped?: number;
}

/** The state after a COPY or ADD. Throws DockerfileError where a source is not there. */
export async function copyStep(
  deps: StepDeps,
  state: StageState,
  instruction: Copy,
  scope: CopyScope,
): Promise<StageState> {
  const { line, from, exclude = [], parents = false, unpack } = instruction;
  const source = from === undefined ? undefined : scope.stage.sources.get(from);
  const sources = instruction.sources.map((word) => scope.expand(word));
  const destination = destinationOf(state, scope.expand(instruction.destination));
  const chown = instruction.chown === undefined ? undefined : scope.expand(instruction.chown);
  const mode = modeOf(instruction.chmod === undefined ? undefined : scope.expand(instruction.chmod), line);
  const checksum = checksumOf(instruction, sources, scope);
  const excluded = exclude.map((word) => scope.expand(word));
  const opened = source === undefined ? undefined : await deps.open(source);

  const select = async (): Promise<Selection[]> => {
    const tree = (await opened?.tree()) ?? deps.context;
    const selected: Selection[] = [];
    const written = await writeHeredocs(deps, instruction, scope);
    if (written !== undefined) selected.push(written);
    for (const path of sources) {
      if (isUrl(path) && instruction.do === "add") {
        selected.push({ ...(await download(deps, path, checksum)), isRemote: true });
        continue;
      }
      const { found, dropped } = await find(tree, path, line);
      if (excluded.length === 0) selected.push({ tree, found, dropped });
      for (const item of excluded.length === 0 ? [] : found) {
        const less = excluding(tree, item, excluded);
        if (less !== undefined) selected.push({ tree: less, found: [item], dropped });
      }
    }
    return selected;
  };

  // Files of a stage or image are known by its identity; those of the context only by looking at them.
  const early = opened === undefined ? await select() : undefined;
  const hashes = (selected: readonly Selection[]) =>
    Promise.all(selected.map(({ tree, found }) => hashSources(tree, found)));
  const contents = early === undefined ? [opened?.identity] : await hashes(early);
  return layerStep(deps, state, {
    step: scope.step,
    key: [instruction.do, sources, contents, destination, chown, mode, [excluded, parents, unpack]],
    createdBy: instruction.text,
    change: async (_, mount) => {
      const root = await mount();
      const named = chown === undefined ? undefined : await findOwner(root, chown);
      const owner = named ?? (opened === undefined ? { uid: 0, gid: 0 } : undefined);
      const selected = early ?? (await select());
      const many = parents || selected.flatMap(({ found }) => found).length > 1;
      const into = many && !destination.endsWith("/") ? `${destination}/` : destination;
      for (const { tree, found, isRemote, dropped = 0 } of selected) {
        const unpacks = instruction.do === "add" && (unpack ?? isRemote !== true);
        for (const item of found) {
          const path = join(tree.root, item.path);
          if (unpacks && !item.isDirectory && (await isArchive(path))) {
            makeDirectory(root, destination, named ?? { uid: 0, gid: 0 });
            await extractTar(createReadStream(path), root, destination, { owner: named });
            continue;
          }
          const place = parents ? `${posix.join(into, parentOf(item, dropped))}/` : into;
          await copyInto(tree, [item], { root, destination: place, owner, mode });
        }
      }
      // Else the cache would give these files for the contents that were there before.
      if (deps.context.isLive && early !== undefined && (await hashes(early)).join() !== contents.join())
        throw new DockerfileError("files changed while they were copied: build again", line);
    },
  });
}

// Where `--parents` puts a source below the destination: a directory's contents go to its own path, a file beside its siblings.
function parentOf({ path, isDirectory }: Found, dropped: number): string {
  const kept = path.split("/").slice(dropped);
  return (isDirectory ? kept : kept.slice(0, -1)).join("/");
}

async function find(tree: FileTree, path: string, line: number): Promise<{ found: Found[]; dropped: number }> {
  const found = await findSources(tree, path);
  if (found.length === 0) {
    const what = isPattern(path)
      ? `no source files match ${JSON.stringify(path)}`
      : `failed to compute cache key: ${JSON.stringify(path)} not found`;
    throw new DockerfileError(what, line);
  }
  // What stands before "/./" is not kept by --parents.
  const pivot = path.lastIndexOf("/./");
  const dropped =
    pivot < 0
      ? 0
      : path
          .slice(0, pivot)
          .split("/")
          .filter((part) => part !== "" && part !== ".").length;
  return { found, dropped };
}

function checksumOf({ checksum, line }: Copy, sources: readonly string[], { expand }: CopyScope): string | undefined {
  if (checksum === undefined) return undefined;
  const value = expand(checksum);
  if (!/^sha256:[0-9a-f]{64}$/.test(value)) throw new DockerfileError(`invalid checksum digest format: ${value}`, line);
  if (sources.length !== 1 || !sources.every(isUrl))
    throw new DockerfileError("checksum can only be specified for one source, and an HTTP one", line);
  return value;
}

async function writeHeredocs(
  { scratch }: StepDeps,
  { heredocs }: Copy,
  { expand }: CopyScope,
): Promise<Selection | undefined> {
  if (heredocs.length === 0) return undefined;
  const root = await mkdtemp(join(scratch, "heredoc-"));
  for (const { name, body, expand: expands } of heredocs) {
    await writeFile(join(root, name), expands ? expand(body, { keepQuotes: true }) : body, { mode: 0o644 });
  }
  return { tree: { root }, found: heredocs.map(({ name }) => ({ path: name, name, isDirectory: false })) };
}

function destinationOf({ config }: StageState, path: string): string {
  const absolute = posix.resolve(config.WorkingDir || "/", path);
  const isDirectory = path.endsWith("/") || path === "." || path.endsWith("/.");
  return isDirectory && absolute !== "/" ? `${absolute}/` : absolute;
}

function modeOf(text: string | undefined, line: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-7]{3,4}$/.test(text))
    throw new DockerfileError(
      `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`,
      line,
    );
  return Number.parseInt(text, 8);
}
