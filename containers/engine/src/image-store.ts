import type { Platform } from "@skiff/registry";
import type { Descriptor } from "./content-store.ts";

/** The image configuration (OCI image-spec, "Image Configuration"; Docker's is a superset). */
export interface OciImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  /** RFC 3339. */
  readonly created?: string | undefined;
  readonly author?: string | undefined;
  readonly config?: OciProcessConfig | undefined;
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history?: readonly OciHistory[] | undefined;
}

/** The defaults an image gives to containers made from it. Field names are the ones on the wire. */
export interface OciProcessConfig {
  readonly User?: string | undefined;
  readonly ExposedPorts?: Readonly<Record<string, object>> | undefined;
  readonly Env?: readonly string[] | null | undefined;
  readonly Entrypoint?: readonly string[] | null | undefined;
  readonly Cmd?: readonly string[] | null | undefined;
  readonly Volumes?: Readonly<Record<string, object>> | null | undefined;
  readonly WorkingDir?: string | undefined;
  readonly Labels?: Readonly<Record<string, string>> | null | undefined;
  readonly StopSignal?: string | undefined;
  readonly Shell?: readonly string[] | undefined;
  readonly OnBuild?: readonly string[] | null | undefined;
  readonly Healthcheck?: Readonly<Record<string, unknown>> | undefined;
}

export interface OciHistory {
  readonly created?: string | undefined;
  readonly created_by?: string | undefined;
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  readonly empty_layer?: boolean | undefined;
}

/** An image all of whose blobs are in the content store. */
export interface Image {
  /** Digest of the configuration. */
  readonly id: string;
  /** Full references that name it: "docker.io/library/busybox:latest", "docker.io/library/busybox@sha256:…". */
  readonly names: readonly string[];
  readonly manifest: Descriptor;
  readonly config: OciImageConfig;
  /** Bottom first, compressed as stored. */
  readonly layers: readonly Descriptor[];
  /** Bytes of the stored blobs. */
  readonly size: number;
  /** Milliseconds since the epoch; 0 when the image does not say. */
  readonly created: number;
}

/** How a pull is going, per layer. `total` is the layer's size in bytes. */
export interface PullProgress {
  readonly digest: string;
  readonly status: "waiting" | "downloading" | "exists" | "downloaded" | "extracting" | "extracted";
  readonly current: number;
  readonly total: number;
}

/** What a pull can be given. */
export interface PullOptions {
  readonly auth?: RegistryAuth | undefined;
  readonly progress?: ((p: PullProgress) => void) | undefined;
  /** What to take out of an index: "linux/arm64". Default: this machine's. */
  readonly platform?: string | undefined;
  /**
   * Works on the image while it arrives, such as unpacking it: `ready` resolves once a layer's blob is stored. The pull fails where it
   * does, and ends after it.
   */
  readonly meanwhile?: ((image: Image, ready: (digest: string) => Promise<void>) => Promise<unknown>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a push is going, per layer. */
export interface PushProgress {
  readonly digest: string;
  readonly status: "preparing" | "pushing" | "exists" | "mounted" | "pushed";
  /** The repository a mounted layer came from. */
  readonly from?: string | undefined;
  readonly current: number;
  readonly total: number;
}

/** Registry credentials. Never logged. */
export interface RegistryAuth {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly identityToken?: string | undefined;
  readonly registryToken?: string | undefined;
}

/** An image in an archive, and the names it is to carry there. */
export interface Exported {
  readonly image: Image;
  readonly names: readonly string[];
}

/**
 * Images by name and by id. Names are normalised as Docker does: "busybox" is "docker.io/library/busybox:latest".
 * Every change is durable when its promise resolves, and a crash in between leaves the image either whole or absent.
 */
export interface ImageStore {
  /** Finds by reference, by id ("sha256:…", full or an unambiguous hex prefix of at least 4), or by manifest digest. */
  get(reference: string): Promise<Image | undefined>;
  list(): Promise<Image[]>;
  /** Makes `reference` name the image whose manifest is `manifest`; the blobs must be stored already. */
  tag(reference: string, manifest: Descriptor): Promise<Image>;
  /**
   * Takes away one name; by id, all of them. When none is left and no container uses the image, its blobs and layers
   * go too, but for the digests in `keep`. Rejects with "conflict" when asked by id while a container uses it, unless `force`.
   */
  remove(
    reference: string,
    o?: { readonly force?: boolean; readonly keep?: ReadonlySet<string> },
  ): Promise<{ untagged: string[]; deleted: string[] }>;
  /**
   * Fetches what is missing and names it, also by digest. Several pulls that want one blob share its download, and a broken one goes on
   * where it stopped. Rejects with "unauthorized", "not-found" or "unavailable".
   */
  pull(reference: string, o?: PullOptions): Promise<Image>;
  /** Checks a login with a registry ("docker.io", "registry.local:5000"). Rejects with "unauthorized" or "unavailable". */
  login(registry: string, auth: RegistryAuth, signal?: AbortSignal): Promise<void>;
  /** Uploads an image under its name, blobs first. Rejects with "not-found", "unauthorized" or "unavailable". */
  push(
    reference: string,
    o?: {
      readonly auth?: RegistryAuth | undefined;
      readonly progress?: (p: PushProgress) => void;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<Descriptor>;
  /**
   * Images in a tar that is both an OCI layout and what `docker load` reads. By name an image carries that name alone, by id all of
   * its names; one that is given with names carries those, which it need not have here.
   */
  exportArchive(wanted: readonly (string | Exported)[]): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Reads `docker save` archives and OCI layouts in a tar. `name` names an image that carries no name itself. Gives an image for each
   * name, with that name alone.
   */
  importArchive(
    tar: AsyncIterable<Uint8Array>,
    o?: { readonly name?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<Image[]>;
  /** Makes a one-layer image of a root file system in a tar (plain, gzip or zstd). */
  importRootfs(
    tar: AsyncIterable<Uint8Array>,
    o: {
      readonly name: string;
      readonly config?: OciProcessConfig | undefined;
      readonly labels?: Readonly<Record<string, string>> | undefined;
      readonly comment?: string | undefined;
      /** What its programs are for. Default: this machine. */
      readonly platform?: Platform | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<Image>;
  /**
   * Makes an image of a configuration and layers that are already stored, and names it when `name` is given.
   * `layers` and `config.rootfs.diff_ids` must have the same length. This is how the builder ends.
   */
  put(o: {
    readonly config: OciImageConfig;
    readonly layers: readonly Descriptor[];
    readonly name?: string | undefined;
  }): Promise<Image>;
  /** Deletes blobs and layers that no image, container, snapshot or `keep` digest refers to. Gives the bytes freed. */
  prune(o?: { readonly keep?: ReadonlySet<string> }): Promise<{ freed: number; digests: string[] }>;
}
