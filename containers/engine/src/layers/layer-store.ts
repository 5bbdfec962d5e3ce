import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeDurably } from "../durable-file.ts";
import { EngineError } from "../engine-error.ts";

/** An unpacked layer. `parent` is the chain id below, "" at the bottom. */
export interface UnpackedLayer {
  readonly chainId: string;
  readonly parent: string;
  readonly diffId: string;
  /** Short name of its directory: overlay mounts have little room for paths. */
  readonly name: string;
  /** Bytes of file content. */
  readonly bytes: number;
}

/**
 * Unpacked layers in `<root>/<name>/`: `fs` holds the files in overlay form, `layer.json` says what it is. A layer is made under a temporary
 * name and renamed when it is complete.
 */
export class LayerStore {
  readonly #root: string;
  readonly #layers = new Map<string, UnpackedLayer>();
  #next = 1;

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(root: string): Promise<LayerStore> {
    const store = new LayerStore(root);
    await mkdir(join(root, "0"), { recursive: true });
    // Programs in layers that run with their owner's rights are not for this machine's users.
    await chmod(root, 0o700);
    for (const name of await readdir(root)) {
      if (name === "0") continue; // the empty directory below a file system that starts from nothing
      const layer = await readJson<UnpackedLayer>(join(root, name, "layer.json"));
      if (layer === undefined || name.startsWith("new-")) await rm(join(root, name), { recursive: true, force: true });
      else store.#layers.set(layer.chainId, layer);
      store.#next = Math.max(store.#next, Number.parseInt(name, 36) + 1 || 0);
    }
    return store;
  }

  get(chainId: string): UnpackedLayer | undefined {
    return this.#layers.get(chainId);
  }

  list(): UnpackedLayer[] {
    return [...this.#layers.values()];
  }

  /** Directories of a chain, topmost first: what an overlay takes as its lower layers. */
  directories(chainId: string): string[] {
    if (chainId === "") return [join(this.#root, "0")];
    const directories: string[] = [];
    for (let id = chainId; id !== ""; ) {
      const layer = this.#layers.get(id);
      if (!layer) throw new EngineError("not-found", `Cannot find the unpacked layer ${id}`);
      directories.push(join(this.#root, layer.name, "fs"));
      id = layer.parent;
    }
    return directories;
  }

  /** Makes an empty layer directory; `adopt` completes it. */
  async begin(): Promise<{ directory: string; fs: string }> {
    const directory = join(this.#root, `new-${randomUUID()}`);
    await mkdir(join(directory, "fs"), { recursive: true });
    return { directory, fs: join(directory, "fs") };
  }

  /** Makes a filled directory the unpacked layer. When that layer exists meanwhile, the directory is dropped. */
  async adopt(directory: string, layer: Omit<UnpackedLayer, "name">): Promise<void> {
    if (this.#layers.has(layer.chainId)) return rm(directory, { recursive: true, force: true });
    const named = { ...layer, name: (this.#next++).toString(36) };
    await writeDurably(join(directory, "layer.json"), JSON.stringify(named));
    await rename(directory, join(this.#root, named.name));
    this.#layers.set(layer.chainId, named);
  }

  async remove(chainId: string): Promise<void> {
    const layer = this.#layers.get(chainId);
    if (!layer) return;
    this.#layers.delete(chainId);
    // Without its description the next open would finish the deletion, were it cut short.
    await rm(join(this.#root, layer.name, "layer.json"), { force: true });
    await rm(join(this.#root, layer.name), { recursive: true, force: true });
  }
}
