/** In what two images differ. */
import type { ImageContents, ImageFile } from "./image-archive.ts";

/** One thing that is not the same; undefined where there is none. */
export interface ImageDifference {
  /** `file <path>`, or the name of a field of the configuration. */
  readonly what: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** Where an `ImageDifference` of a file says what of it. */
export const ASPECTS = {
  owner: / \d+:\d+(?= )/,
  content: / (?:"(?:[^"\\]|\\.)*"|\d+ bytes [0-9a-f]{64})(?= )/,
};

/** Contents up to this size are shown, not hashed. */
const SHOWN = 80;
/** Fields of the configuration that say how containers run. */
const FIELDS = [
  ...["Env", "Cmd", "Entrypoint", "WorkingDir", "User", "ExposedPorts", "Volumes", "Labels", "Healthcheck"],
  ...["StopSignal", "Shell", "OnBuild"],
];

/**
 * Compares files of every kind, and the configuration. A modification time counts unless it is `since` (seconds since 1970) or later in
 * both: then each build made the file in its own time.
 */
export function imageDifferences(ours: ImageContents, theirs: ImageContents, since: number): ImageDifference[] {
  const one = describe(ours, since);
  const two = describe(theirs, since);
  return [...new Set([...one.keys(), ...two.keys()])]
    .toSorted()
    .map((what) => ({ what, ours: one.get(what), theirs: two.get(what) }))
    .filter((found) => found.ours !== found.theirs);
}

function describe({ files, config, author, platform }: ImageContents, since: number): Map<string, string> {
  const firstNames = new Map<ImageFile, string>();
  for (const path of [...files.keys()].toSorted()) {
    const file = files.get(path);
    if (file !== undefined && !firstNames.has(file)) firstNames.set(file, path);
  }
  const described = new Map<string, string>([["platform", platform]]);
  if (author !== undefined) described.set("Author", author);
  for (const field of FIELDS) {
    const value = config[field];
    // The formats have several ways to say that there is nothing.
    if (value !== null && value !== undefined && !/^(?:""|\[\]|\{\})$/.test(JSON.stringify(value))) {
      described.set(field, JSON.stringify(sorted(value)));
    }
  }
  for (const [path, file] of files) {
    const first = firstNames.get(file) ?? path;
    described.set(`file ${path}`, `${fileText(file, since)}${first === path ? "" : `, also ${first}`}`);
  }
  return described;
}

function fileText(file: ImageFile, since: number): string {
  const { kind, mode, uid, gid, size, digest, text, target, device, xattrs, modified } = file;
  return [
    kind,
    // A link's mode is that of the system that wrote the archive.
    ...(kind === "symlink" ? [`-> ${target}`] : [mode.toString(8).padStart(4, "0")]),
    `${uid}:${gid}`,
    ...(digest === undefined ? [] : size <= SHOWN ? [JSON.stringify(text)] : [`${size} bytes ${digest}`]),
    ...(device === undefined ? [] : [device]),
    ...Object.entries(xattrs).map(([name, value]) => `${name}=${value}`),
    modified >= since ? "new" : `of ${new Date(modified * 1000).toISOString()}`,
  ].join(" ");
}

/** With the keys of an object in alphabetical order; lists keep theirs. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
