/** What a conversion has to know besides the project: it reads nothing itself. */
import type { PreparedImage } from "@skiff/compose/operations/prepare";

/** Everything is optional knowledge: without any, the manifests suit every cluster that has the images. */
export interface ClusterFacts {
  /** Contents of the files that configs and secrets come from, by absolute path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** By service: its image, as the engine has it. */
  readonly images: ReadonlyMap<string, PreparedImage>;
  /** By real name: the directories of volumes on the node. Such a volume is used where it lies; the others are the storage class's. */
  readonly volumes: ReadonlyMap<string, string>;
  /** The machine's address, where published ports answer without a load balancer. */
  readonly address?: string | undefined;
}

export const NO_FACTS: ClusterFacts = { files: new Map(), images: new Map(), volumes: new Map() };
