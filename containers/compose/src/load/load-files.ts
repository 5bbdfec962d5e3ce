/** From several files to one model: each read, extended and completed by what it includes, then merged in their order. */
import { applyExtends } from "./extends.ts";
import { type FileReference, type FileScope, interpolated, readDocuments, readingOf } from "./file-session.ts";
import { applyIncludes } from "./include.ts";
import type { Node } from "./node.ts";
import { file, readFile } from "./shapes/project-shape.ts";
import { merged } from "./shapes/shape.ts";

/** The documents of a file. */
export interface ParsedFile {
  readonly path: string;
  readonly documents: readonly Node[];
}

/** Reads and parses `paths`, one after the other so that standard input is read in its turn. */
export async function parseFiles(
  paths: readonly string[],
  { session }: FileScope,
  reference?: FileReference,
): Promise<readonly ParsedFile[]> {
  const files: ParsedFile[] = [];
  for (const path of paths) files.push({ path, documents: await readDocuments(session, path, reference) });
  return files;
}

/**
 * Gives the canonical model of `files`; `including` are the main files of the projects that include this one. Undefined when
 * all of them are empty. Throws `ComposeFileError`.
 */
export async function loadFiles(
  files: readonly ParsedFile[],
  scope: FileScope,
  including: readonly string[],
): Promise<Node | undefined> {
  let model: Node | undefined;
  const chain = [...including, ...files.slice(0, 1).map(({ path }) => path)];
  for (const { documents } of files) {
    for (const document of documents) {
      const read = readFile(interpolated(document, scope), readingOf(scope, model !== undefined));
      const extended = await applyExtends(read, scope);
      const complete = await applyIncludes(extended, scope, chain);
      model = merged(file, model, complete, "");
    }
  }
  return model;
}
