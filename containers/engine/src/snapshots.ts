import type { Descriptor } from "./content-store.ts";
import type { Image } from "./image-store.ts";

/** A writable file system over a chain of read-only layers. */
export interface Snapshot {
  readonly key: string;
  /** Chain id of the layers below; "" when it starts empty. */
  readonly parent: string;
}

/** One path that a snapshot has otherwise than its parent. */
export interface FileChange {
  readonly path: string;
  readonly kind: "modified" | "added" | "deleted";
}

/**
 * Layers, unpacked once each under their chain id (OCI image-spec, "Layer ChainID"), and writable snapshots over them.
 *
 * The builder's use: `unpack(image)` gives the parent; `prepare("step-1", parent)`; run a container on the snapshot or write below `mount("step-1")`;
 * `commit("step-1")` stores what changed as a layer and gives the chain id for the next step's `prepare`.
 */
export interface Snapshots {
  /**
   * Unpacks the layers that are not there yet and gives the chain id of the whole. Concurrent calls share the work. `ready`, where it is
   * given, resolves once a layer's blob is stored.
   */
  unpack(
    image: Image,
    progress?: (layer: Descriptor, state: "extracting" | "extracted") => void,
    signal?: AbortSignal,
    ready?: (digest: string) => Promise<void>,
  ): Promise<string>;
  /** True when that chain of layers is unpacked. */
  has(chainId: string): Promise<boolean>;
  /**
   * Makes a writable snapshot; one `untilReboot` may be gone after a power failure. Rejects with "conflict" when `key` exists, "not-found"
   * when the parent is not unpacked.
   */
  prepare(key: string, parent: string, o?: { readonly untilReboot?: boolean | undefined }): Promise<Snapshot>;
  get(key: string): Promise<Snapshot | undefined>;
  list(): Promise<Snapshot[]>;
  /** Mounts (idempotent) and gives the directory to read and write. It stays mounted until `unmount` or `remove`. */
  mount(key: string, o?: { readonly shown?: ((path: string) => string) | undefined }): Promise<string>;
  unmount(key: string): Promise<void>;
  /** What changed against the parent, path by path. */
  changes(key: string): Promise<FileChange[]>;
  /** What changed against the parent, as an uncompressed layer tar, in a reproducible order. Paths in `omit` ("etc/hosts") are left out. */
  diff(key: string, omit?: ReadonlySet<string>): AsyncIterable<Uint8Array>;
  /**
   * Turns the changes into a read-only layer: stores the compressed blob, keeps the files as the unpacked layer, and removes the snapshot.
   * `chainId` may be given to `prepare` at once. `empty` is true when nothing changed: then no blob is stored, and `chainId` is the parent's.
   */
  commit(key: string): Promise<{ chainId: string; diffId: string; layer: Descriptor; empty: boolean }>;
  /** Unmounts and deletes. Idempotent. */
  remove(key: string): Promise<void>;
  /** Bytes and inodes in the writable part of a snapshot. */
  usage(key: string): Promise<{ bytes: number; inodes: number }>;
}
