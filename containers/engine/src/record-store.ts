import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson, removeUnfinished, writeDurably, writeUntilReboot } from "./durable-file.ts";

/** Records by id, each in `<root>/<id>/record.json` beside the other files of that thing. All are held in memory. */
export class RecordStore<T extends { readonly id: string }> {
  readonly #root: string;
  readonly #records = new Map<string, T>();
  readonly #outlivesReboot: (record: T) => boolean;

  private constructor(root: string, outlivesReboot: (record: T) => boolean) {
    this.#root = root;
    this.#outlivesReboot = outlivesReboot;
  }

  /** Reads all records. `outlivesReboot` tells which must survive a power failure: all unless given. A directory without one is what an interrupted creation or removal left: it is deleted. */
  static async open<T extends { readonly id: string }>(
    root: string,
    outlivesReboot: (record: T) => boolean = () => true,
  ): Promise<RecordStore<T>> {
    const store = new RecordStore<T>(root, outlivesReboot);
    await mkdir(root, { recursive: true });
    for (const id of await readdir(root)) {
      const record = await readJson<T>(join(root, id, "record.json"));
      if (record) {
        store.#records.set(id, record);
        await removeUnfinished(join(root, id));
      } else await rm(join(root, id), { recursive: true, force: true });
    }
    return store;
  }

  directory(id: string): string {
    return join(this.#root, id);
  }

  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  list(): T[] {
    return [...this.#records.values()];
  }

  /** Makes the record durable. The thing's directory is made when it is new. */
  async save(record: T): Promise<void> {
    if (!this.#records.has(record.id)) await mkdir(this.directory(record.id), { recursive: true, mode: 0o700 });
    this.#records.set(record.id, record);
    const path = join(this.directory(record.id), "record.json");
    if (this.#outlivesReboot(record)) await writeDurably(path, JSON.stringify(record));
    else writeUntilReboot(path, JSON.stringify(record));
  }

  /** Forgets the thing and deletes its directory; the record first, so that the next open finishes what a crash cut short. */
  async remove(id: string): Promise<void> {
    this.#records.delete(id);
    await rm(join(this.directory(id), "record.json"), { force: true });
    await rm(this.directory(id), { recursive: true, force: true });
  }
}
