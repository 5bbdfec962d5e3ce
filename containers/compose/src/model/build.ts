/** How the image of a service is built. */
import type { Extensible } from "../model.ts";
import type { FileMount } from "./mounts.ts";
import type { Ulimit } from "./runtime.ts";

/** `services.*.build`. */
export interface Build extends Extensible {
  /** An absolute directory, or an address (git, http). */
  readonly context: string;
  /** As written, relative to the context; `Dockerfile` unless `dockerfile_inline` is there. */
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  /** Those that have a value, given or in the caller's environment. */
  readonly args?: Readonly<Record<string, string>>;
  /** `default`, `id` or `id=path`. */
  readonly ssh?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  /** By name: an absolute directory, an address, `docker-image://…` or `service:<name>`. */
  readonly additional_contexts?: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly pull?: boolean;
  readonly target?: string;
  readonly shm_size?: string;
  /** `name=address`. */
  readonly extra_hosts?: readonly string[];
  readonly isolation?: string;
  readonly privileged?: boolean;
  readonly secrets?: readonly FileMount[];
  readonly tags?: readonly string[];
  readonly ulimits?: Readonly<Record<string, Ulimit>>;
  readonly platforms?: readonly string[];
}
