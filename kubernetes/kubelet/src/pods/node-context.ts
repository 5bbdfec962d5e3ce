/** What the workers of all Pods share. */
import { join } from "node:path";
import type { Logger } from "@skiff/api";
import type { Secret, Service } from "@skiff/api/core/v1";
import type { Client, EventRecorder } from "@skiff/client";
import type { RuntimeService } from "@skiff/engine/cri";
import type { ImageManager } from "../images/image-manager.ts";
import type { Resolver } from "../sandbox/resolver.ts";
import type { ClaimStore } from "../volumes/claim-store.ts";
import type { ConfigStore } from "../volumes/config-store.ts";
import type { Mounter } from "../volumes/mounter.ts";
import type { TokenStore } from "../volumes/token-store.ts";

export interface NodeContext {
  readonly nodeName: string;
  readonly nodeHostname: string;
  readonly hostIPs: readonly string[];
  readonly root: string;
  readonly clusterDns: string;
  readonly clusterDomain: string;
  readonly cgroupRoot?: string | undefined;
  readonly hostResolver: Resolver;
  /** In bytes. */
  readonly machineMemory: number;
  readonly allocatable: Readonly<Record<string, string>>;
  /** The prefix of container ids in the API. */
  readonly runtimeName: string;
  readonly runtime: RuntimeService;
  readonly images: ImageManager;
  readonly client: Client;
  readonly config: Pick<ConfigStore, "configMap" | "secret" | "watch">;
  readonly claims: ClaimStore;
  readonly tokens: TokenStore;
  readonly mounter: Mounter;
  readonly recorder: Pick<EventRecorder, "event">;
  /** The Services whose addresses a Pod of this namespace is told. */
  readonly services: (namespace: string, links: boolean) => readonly Service[];
  readonly log: Logger;
  readonly now: () => number;
}

/** Directory of the seccomp profiles that Pods name. */
export function seccompProfiles({ root }: Pick<NodeContext, "root">): string {
  return join(root, "seccomp");
}

/** The pull secrets a Pod names that exist. */
export async function pullSecrets(
  names: readonly { readonly name?: string | undefined }[],
  namespace: string,
  config: Pick<ConfigStore, "secret">,
): Promise<Secret[]> {
  const found = await Promise.all(names.map(({ name }) => (name ? config.secret(namespace, name) : undefined)));
  return found.flatMap((secret) => secret ?? []);
}
