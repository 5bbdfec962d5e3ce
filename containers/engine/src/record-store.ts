import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isFull, readJson, removeUnfinished, writeDurably, writeUntilReboot } from "./durable-file.ts";
import { KeyedMutex } from "./mutex.ts";

const RETRY_MS = 1000;

/** Records by id, each in `<root>/<id>/record.json` beside the other files of that thing. All are held in memory. */
export class RecordStore<T extends { readonly id: string }> {
  readonly #root: string;
  readonly #records = new Map<string, T>();
  readonly #outlivesReboot: (record: T) => boolean;
  readonly #writing = new KeyedMutex();
  /** Ids of records that a full disk kept from being written. */
  readonly #unwritten = new Set<string>();
  #retry: NodeJS.Timeout | undefined;

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

  /** Makes the record durable, or rejects and leaves everything as it was. The thing's directory is made when it is new. */
  async save(record: T): Promise<void> {
    const { id } = record;
    const before = this.#records.get(id);
    try {
      if (before === undefined) await mkdir(this.directory(id), { recursive: true, mode: 0o700 });
      this.#records.set(id, record);
      await this.#write(record);
    } catch (error) {
      if (before !== undefined) this.#records.set(id, before);
      else {
        this.#records.delete(id);
        await rm(this.directory(id), { recursive: true, force: true });
      }
      throw error;
    }
  }

  /**
   * Notes what has already come to pass of a known thing. Where a full disk keeps it from being written down it is remembered, and written
   * once there is room. Gives whether it is written.
   */
  async happened(record: T): Promise<boolean> {
    this.#records.set(record.id, record);
    try {
      await this.#write(record);
      return true;
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#unwritten.add(record.id);
      this.#retry ??= setInterval(() => void this.#writeRest(), RETRY_MS).unref();
      return false;
    }
  }

  /** Gives up what could not be written. */
  close(): void {
    clearInterval(this.#retry);
  }

  async #writeRest(): Promise<void> {
    for (const id of this.#unwritten) {
      const record = this.#records.get(id);
      try {
        if (record) await this.#write(record);
      } catch (error) {
        if (isFull(error)) return;
        throw error;
      }
    }
    clearInterval(this.#retry);
    this.#retry = undefined;
  }

  // One at a time, so that an older one never replaces a newer.
  #write(record: T): Promise<void> {
    return this.#writing.run(record.id, async () => {
      const path = join(this.directory(record.id), "record.json");
      if (this.#outlivesReboot(record)) await writeDurably(path, JSON.stringify(record));
      else writeUntilReboot(path, JSON.stringify(record));
      this.#unwritten.delete(record.id);
    });
  }

  /** Forgets the thing and deletes its directory; the record first, so that the next open finishes what a crash cut short. */
  async remove(id: string): Promise<void> {
    this.#records.delete(id);
    this.#unwritten.delete(id);
    await rm(join(this.directory(id), "record.json"), { force: true });
    await rm(this.directory(id), { recursive: true, force: true });
  }
}
