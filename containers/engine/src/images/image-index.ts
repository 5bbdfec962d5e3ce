import type { Descriptor } from "../content-store.ts";
import { readJson, writeDurably } from "../durable-file.ts";

/** An image's manifest with the names it goes by. */
export interface ImageEntry {
  readonly manifest: Descriptor;
  readonly names: readonly string[];
}

/** Which images there are and what they are called: one small file, replaced whole at every change. */
export class ImageIndex {
  readonly #path: string;
  #entries: readonly ImageEntry[];
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, entries: readonly ImageEntry[]) {
    this.#path = path;
    this.#entries = entries;
  }

  static async open(path: string): Promise<ImageIndex> {
    return new ImageIndex(path, (await readJson<ImageEntry[]>(path)) ?? []);
  }

  entries(): readonly ImageEntry[] {
    return this.#entries;
  }

  /** Adds an image, with a name that is taken from whoever had it. */
  async add(manifest: Descriptor, name?: string): Promise<void> {
    const others = this.#entries.map((entry) =>
      name === undefined ? entry : { ...entry, names: entry.names.filter((taken) => taken !== name) },
    );
    const known = others.find((entry) => entry.manifest.digest === manifest.digest);
    const names = [...new Set([...(known?.names ?? []), ...(name === undefined ? [] : [name])])];
    await this.#replace([...others.filter((entry) => entry !== known), { manifest, names }]);
  }

  /** Takes names away; with `forget`, the images with these manifest digests as a whole. */
  async remove(names: ReadonlySet<string>, forget: ReadonlySet<string> = new Set()): Promise<void> {
    await this.#replace(
      this.#entries
        .filter(({ manifest }) => !forget.has(manifest.digest))
        .map((entry) => ({ ...entry, names: entry.names.filter((name) => !names.has(name)) })),
    );
  }

  #replace(entries: readonly ImageEntry[]): Promise<void> {
    this.#entries = entries;
    const writing = this.#writing
      .catch(() => undefined) // its own caller was told
      .then(() => writeDurably(this.#path, JSON.stringify(this.#entries)));
    this.#writing = writing;
    return writing;
  }
}
