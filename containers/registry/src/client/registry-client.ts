/** What the engine pulls and pushes with, as an interface. */
import type { Descriptor, Index, Manifest } from "../descriptor.ts";
import type { Reference } from "../reference.ts";
import type { Credentials } from "./credentials.ts";
import type { RegistriesConfig } from "./registries-config.ts";

/**
 * Talks the distribution protocol to any registry. Safe for concurrent use; one client is kept for long, so that tokens are
 * reused. Every method rejects with RegistryError: `isNotFound`, `isUnauthorized`, `isUnreachable` tell the causes apart.
 * Aborting the signal ends the transfer with the signal's reason.
 */
export interface RegistryClient {
  /**
   * Gives the manifest or index behind a tag or digest, as the exact bytes it was stored with (at most 4 MiB). The
   * bytes were checked against the digest where the reference has one. Use `selectPlatform` on an index and fetch again.
   */
  fetchManifest(reference: Reference, options?: FetchOptions): Promise<FetchedManifest>;
  /**
   * Streams a blob; nothing is buffered. A transfer that breaks is resumed where it stopped, a few times. Throws
   * DIGEST_INVALID at the end of a stream that is not what the descriptor says, so store only after the end.
   */
  fetchBlob(reference: Reference, descriptor: Descriptor, options?: FetchBlobOptions): AsyncIterable<Uint8Array>;
  /**
   * Uploads a blob unless the repository has it, or can have it from another repository of the registry. Large ones go in chunks, and a
   * broken transfer goes on where it stopped. `open` gives the content from its start.
   */
  pushBlob(
    reference: Reference,
    descriptor: Descriptor,
    open: BlobSource,
    options?: PushBlobOptions,
  ): Promise<PushOutcome>;
  /** Uploads a manifest under the reference's tag, or under its digest where it has no tag. Its blobs must be there. */
  pushManifest(reference: Reference, manifest: Manifest, bytes: Uint8Array, options?: FetchOptions): Promise<void>;
  /** Checks credentials with a registry. Throws UNAUTHORIZED where it does not take them. */
  login(registry: string, auth: Credentials, options?: Pick<FetchOptions, "signal">): Promise<void>;
}

/** What any call can be given. */
export interface FetchOptions {
  /** Credentials for this call; without them the client's `credentials` are asked. */
  readonly auth?: Credentials | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the fetch of a blob can be given besides. */
export interface FetchBlobOptions extends FetchOptions {
  /** The beginning of the blob, from an earlier transfer: it is not asked for again, and is the beginning of the stream. */
  readonly have?: { readonly size: number; read(): AsyncIterable<Uint8Array> } | undefined;
}

/** What a push of a blob can be given besides. */
export interface PushBlobOptions extends FetchOptions {
  /** Repositories of the same registry that may have the blob already. */
  readonly mountFrom?: readonly string[] | undefined;
}

/** How the registry came by a blob. */
export type PushOutcome = "exists" | "mounted" | "sent";

/** How a client is set up. */
export interface RegistryClientOptions {
  /** Finds stored credentials for a registry; `dockerConfigCredentials` reads Docker's. Default: none. */
  readonly credentials?: ((registry: string) => Promise<Credentials | undefined>) | undefined;
  /** Registries (host or host:port) that are insecure in the sense of RegistriesConfig; localhost and 127.0.0.0/8 always are. */
  readonly insecureRegistries?: readonly string[] | undefined;
  /** Mirrors, insecure registries and certificate authorities; asked at each request. `registriesFile` reads a file. */
  readonly registries?: (() => Promise<RegistriesConfig>) | undefined;
  /** Milliseconds without a byte after which a connection counts as broken. Default 30,000. */
  readonly idleTimeout?: number | undefined;
  /** Sent as User-Agent. */
  readonly userAgent?: string | undefined;
}

/** Gives content from its start; called again where it must be sent again. */
export type BlobSource = () => AsyncIterable<Uint8Array>;

/** A manifest or index with the bytes it was stored as. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** The bytes decoded: an Index where `isIndex(descriptor.mediaType)`, else a Manifest. */
  readonly content: Manifest | Index;
}
