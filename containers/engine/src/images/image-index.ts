import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Descriptor } from "../content-store.ts";
import { isFull, readJson, writeDurably } from "../durable-file.ts";

/** An image's manifest with the names it goes by. */
export interface ImageEntry {
  readonly manifest: Descriptor;
  readonly names: readonly string[];
}

const ROOM_BYTES = 256 * 1024;

/** Which images there are and what they are called: one small file, replaced whole at every change. */
export class ImageIndex {
  readonly #path: string;
  /** As written. */
  #written: readonly ImageEntry[];
  /** With the changes that are being written. */
  #entries: readonly ImageEntry[];
  #changes: readonly Change[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, entries: readonly ImageEntry[]) {
    this.#path = path;
    this.#written = entries;
    this.#entries = entries;
  }

  static async open(path: string): Promise<ImageIndex> {
    const index = new ImageIndex(path, (await readJson<ImageEntry[]>(path)) ?? []);
    await index.#keepRoom();
    return index;
  }

  entries(): readonly ImageEntry[] {
    return this.#entries;
  }

  /** Adds an image, with a name that is taken from whoever had it. */
  async add(manifest: Descriptor, name?: string): Promise<void> {
    const last = this.#changes.length === 0 ? this.#entries.at(-1) : undefined;
    if (last?.manifest.digest === manifest.digest && (name === undefined || last.names.includes(name))) return;
    await this.#keepRoom();
    await this.#change((entries) => {
      const others = entries.map((entry) =>
        name === undefined ? entry : { ...entry, names: entry.names.filter((taken) => taken !== name) },
      );
      const known = others.find((entry) => entry.manifest.digest === manifest.digest);
      const names = [...new Set([...(known?.names ?? []), ...(name === undefined ? [] : [name])])];
      return [...others.filter((entry) => entry !== known), { manifest, names }];
    });
  }

  /** Takes names away; with `forget`, the images with these manifest digests as a whole. A full disk does not keep it from that. */
  async remove(names: ReadonlySet<string>, forget: ReadonlySet<string> = new Set()): Promise<void> {
    const change: Change = (entries) =>
      entries
        .filter(({ manifest }) => !forget.has(manifest.digest))
        .map((entry) => ({ ...entry, names: entry.names.filter((name) => !names.has(name)) }));
    try {
      await this.#change(change);
    } catch (error) {
      if (!isFull(error)) throw error;
      await rm(this.#room, { force: true });
      await this.#change(change);
    }
  }

  get #room(): string {
    return `${this.#path}.room`;
  }

  /** Takes the room that removing images will need when there is no other. */
  async #keepRoom(): Promise<void> {
    if (existsSync(this.#room)) return;
    try {
      await writeDurably(this.#room, Buffer.alloc(ROOM_BYTES));
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  /** Seen at once, and taken back when it cannot be written. */
  #change(change: Change): Promise<void> {
    this.#changes = [...this.#changes, change];
    this.#entries = change(this.#entries);
    const write = async (): Promise<void> => {
      try {
        const next = change(this.#written);
        await writeDurably(this.#path, JSON.stringify(next));
        this.#written = next;
      } finally {
        this.#changes = this.#changes.filter((other) => other !== change);
        this.#entries = this.#changes.reduce((entries, each) => each(entries), this.#written);
      }
    };
    // What an earlier one failed of, its own caller was told.
    this.#writing = this.#writing.catch(() => undefined).then(write);
    return this.#writing;
  }
}

type Change = (entries: readonly ImageEntry[]) => readonly ImageEntry[];
