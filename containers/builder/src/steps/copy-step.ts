/** COPY and ADD (Dockerfile reference). */
import { createReadStream } from "node:fs";
import { mkdtemp, open, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { type FileTree, type Found, findSources, hashSources } from "../context/file-tree.ts";
import { isPattern } from "../context/pattern.ts";
import type { Copy } from "../dockerfile/instruction.ts";
import { DockerfileError } from "../dockerfile-error.ts";
import type { PlannedStage } from "../plan.ts";
import { copyInto, makeDirectory } from "../rootfs/copy-into.ts";
import { archiveKind, extractTar } from "../rootfs/extract-tar.ts";
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
}

/** The state after a COPY or ADD. Throws DockerfileError where a source is not there. */
export async function copyStep(
  deps: StepDeps,
  state: StageState,
  instruction: Copy,
  scope: CopyScope,
): Promise<StageState> {
  const { line, from } = instruction;
  const source = from === undefined ? undefined : scope.stage.sources.get(from);
  const sources = instruction.sources.map((word) => scope.expand(word));
  const destination = destinationOf(state, scope.expand(instruction.destination));
  const chown = instruction.chown === undefined ? undefined : scope.expand(instruction.chown);
  const mode = modeOf(instruction.chmod === undefined ? undefined : scope.expand(instruction.chmod), line);
  const opened = source === undefined ? undefined : await deps.open(source);

  const select = async (): Promise<Selection[]> => {
    const tree = (await opened?.tree()) ?? deps.context;
    const selected: Selection[] = [];
    const written = await writeHeredocs(deps, instruction, scope);
    if (written !== undefined) selected.push(written);
    for (const path of sources)
      selected.push(
        isUrl(path) && instruction.do === "add" ? await download(deps, path) : await find(tree, path, line),
      );
    return selected;
  };

  // Files of a stage or image are known by its identity; those of the context only by looking at them.
  const early = opened === undefined ? await select() : undefined;
  const contents =
    early === undefined
      ? [opened?.identity]
      : await Promise.all(early.map(({ tree, found }) => hashSources(tree, found)));
  return layerStep(deps, state, {
    step: scope.step,
    key: [instruction.do, sources, contents, destination, chown, mode],
    createdBy: instruction.text,
    change: async (_, mount) => {
      const root = await mount();
      const named = chown === undefined ? undefined : await findOwner(root, chown);
      const owner = named ?? (opened === undefined ? { uid: 0, gid: 0 } : undefined);
      const selected = early ?? (await select());
      const many = selected.flatMap(({ found }) => found).length > 1;
      for (const { tree, found } of selected) {
        const rest: Found[] = [];
        for (const item of found) {
          if (instruction.do === "add" && !item.isDirectory && (await isArchive(join(tree.root, item.path)))) {
            await makeDirectory(root, destination, { uid: 0, gid: 0 });
            await extractTar(createReadStream(join(tree.root, item.path)), root, destination);
          } else rest.push(item);
        }
        const into = many && !destination.endsWith("/") ? `${destination}/` : destination;
        await copyInto(tree, rest, { root, destination: into, owner, mode });
      }
    },
  });
}

async function find(tree: FileTree, path: string, line: number): Promise<Selection> {
  const found = await findSources(tree, path);
  if (found.length === 0) {
    const what = isPattern(path)
      ? `no source files match ${JSON.stringify(path)}`
      : `failed to compute cache key: ${JSON.stringify(path)} not found`;
    throw new DockerfileError(what, line);
  }
  return { tree, found };
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

// Of a tar without compression only the magic word counts; other files are copied as they are.
async function isArchive(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return archiveKind(buffer.subarray(0, bytesRead)) !== undefined;
}
