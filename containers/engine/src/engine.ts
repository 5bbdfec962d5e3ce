import type { IdMap, Logger } from "@skiff/linux";
import type { Containers } from "./containers.ts";
import type { ContentStore } from "./content-store.ts";
import type { ImageService, RuntimeService } from "./generated/cri.ts";
import type { ImageStore } from "./image-store.ts";
import type { Networks } from "./networks.ts";
import type { Sandboxes } from "./sandboxes.ts";
import type { Snapshots } from "./snapshots.ts";
import type { Streaming } from "./streaming.ts";
import type { UserNetworks } from "./user-networks.ts";
import type { Volumes } from "./volumes.ts";

export interface EngineOptions {
  /** Directory for what must survive a reboot: blobs, layers, snapshots, container and sandbox records. */
  readonly root: string;
  /** Directory on a tmpfs for what must not: mounts, pinned namespaces, sockets. At most 40 characters long. */
  readonly runDir: string;
  /** Names the bridge, the packet table and the cgroup, so that several engines can share a machine. */
  readonly instance: string;
  readonly log: Logger;
  /** Cgroup that containers without one of their own go below. Default "/skiff-<instance>". */
  readonly cgroupParent?: string | undefined;
  /** Address range until `updateRuntimeConfig` names another. Default "10.88.0.0/16". */
  readonly podCidr?: string | undefined;
  /**
   * Whose subordinate ids stand for those of containers that ask for "remapped": "default", "user", "uid", "user:group" or "uid:gid"; they
   * are their own without it.
   */
  readonly userNamespace?: string | undefined;
  /** Path of a file that says how registries are reached (RegistriesConfig); it is read when it changed, and need not be there. */
  readonly registries?: string | undefined;
}

/**
 * Everything that runs containers on one machine. Disposing of it stops listening for events and leaves every container running;
 * the next `openEngine` on the same directories adopts them. One engine at a time may be open on a root.
 */
export interface Engine extends AsyncDisposable {
  readonly content: ContentStore;
  readonly images: ImageStore;
  readonly snapshots: Snapshots;
  readonly containers: Containers;
  readonly sandboxes: Sandboxes;
  readonly networks: Networks;
  readonly userNetworks: UserNetworks;
  readonly volumes: Volumes;
  readonly runtimeService: RuntimeService;
  readonly imageService: ImageService;
  readonly streaming: Streaming;
  /** The ids that those of containers stand for which ask for others than their own; undefined where the engine has none. */
  readonly users: IdMap | undefined;
}
