/** The volumes of one Pod: brought into place, kept up to date while it runs, taken away after it. */
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, parseQuantity } from "@skiff/api";
import type { Volume } from "@skiff/api/core/v1";
import { messageOf } from "../container/start-error.ts";
import type { PodFacts } from "../spec/pod-fields.ts";
import { writeAtomically } from "./atomic-writer.ts";
import type { ClaimStore } from "./claim-store.ts";
import type { ConfigStore } from "./config-store.ts";
import { buildPayload, dependencies, projections } from "./config-volume.ts";
import { prepareHostPath } from "./host-path.ts";
import { ensureTmpfs, type Mounter } from "./mounter.ts";
import { giveToGroup } from "./ownership.ts";
import type { PodDirectories } from "./pod-directories.ts";
import type { TokenStore } from "./token-store.ts";

export interface PodVolumesDeps {
  readonly directories: PodDirectories;
  readonly facts: () => PodFacts;
  readonly config: Pick<ConfigStore, "configMap" | "secret" | "watch">;
  readonly claims: ClaimStore;
  readonly tokens: TokenStore;
  readonly mounter: Mounter;
  readonly log: Logger;
  readonly now: () => number;
}

export class PodVolumes implements Disposable {
  readonly #deps: PodVolumesDeps;
  readonly #hostPaths = new Map<string, string>();
  readonly #release: (() => void)[] = [];
  /** By volume: the last write, so that writes to one volume do not overlap. */
  readonly #writes = new Map<string, Promise<void>>();
  readonly #renewals = new Map<string, NodeJS.Timeout>();
  #watching = false;

  constructor(deps: PodVolumesDeps) {
    this.#deps = deps;
  }

  /** Where the volume lies on the node, once mounted. */
  hostPath(name: string): string | undefined {
    return this.#hostPaths.get(name);
  }

  /** Brings every volume into place; idempotent. Rejects with what `FailedMount` events say. */
  async mount(): Promise<void> {
    const volumes = this.#deps.facts().pod.spec.volumes ?? [];
    await mkdir(this.#deps.directories.volumes, { recursive: true, mode: 0o750 });
    await Promise.all(
      volumes.map(async (volume) => {
        try {
          this.#hostPaths.set(volume.name, await this.#mountOne(volume));
        } catch (error) {
          const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${messageOf(error)}`;
          throw new Error(message, { cause: error });
        }
      }),
    );
    if (!this.#watching) this.#watch(volumes);
  }

  /** The Pod object changed: what shows it is written anew. */
  refreshDownward(): void {
    for (const volume of this.#deps.facts().pod.spec.volumes ?? []) {
      const shown = projections(volume)?.some(({ downwardAPI }) => downwardAPI);
      if (shown && this.#hostPaths.has(volume.name)) this.#rewrite(volume);
    }
  }

  /** Unmounts and deletes everything below the Pod's directory but its logs. Host paths stay as they are. */
  async unmount(): Promise<void> {
    this[Symbol.dispose]();
    const { directories, mounter } = this.#deps;
    await Promise.allSettled(this.#writes.values());
    mounter.unmountBelow(directories.root);
    await rm(directories.root, { recursive: true, force: true });
    this.#hostPaths.clear();
  }

  /** Stops keeping volumes up to date; they stay as they are. */
  [Symbol.dispose](): void {
    this.#watching = false;
    for (const release of this.#release.splice(0)) release();
    for (const timer of this.#renewals.values()) clearTimeout(timer);
    this.#renewals.clear();
  }

  async #mountOne(volume: Volume): Promise<string> {
    const { mounter } = this.#deps;
    if (volume.hostPath) return prepareHostPath(volume.hostPath);
    if (volume.emptyDir) {
      const path = this.#path("empty-dir", volume);
      const { medium = "", sizeLimit } = volume.emptyDir;
      await mkdir(path, { recursive: true });
      if (medium === "Memory")
        await ensureTmpfs(mounter, path, sizeLimit ? parseQuantity(sizeLimit).value() : undefined);
      else if (medium !== "")
        throw new Error(`emptyDir medium ${JSON.stringify(medium)} is not supported by this node`);
      await chmod(path, 0o777);
      await this.#own(path);
      return path;
    }
    if (projections(volume)) {
      const path = this.#configPath(volume);
      // What may hold secrets never touches the disk.
      if (volume.configMap) await mkdir(path, { recursive: true });
      else await ensureTmpfs(mounter, path);
      await this.#write(volume, path);
      return path;
    }
    if (volume.persistentVolumeClaim) {
      const namespace = this.#deps.facts().pod.metadata.namespace ?? "";
      return this.#deps.claims.directoryOf(namespace, volume.persistentVolumeClaim.claimName);
    }
    const kind = Object.keys(volume).find((field) => field !== "name") ?? "none";
    throw new Error(`volume type ${kind} is not supported by this node`);
  }

  async #write(volume: Volume, path: string): Promise<void> {
    const { facts, config, tokens, now } = this.#deps;
    const before = this.#writes.get(volume.name) ?? Promise.resolve();
    const writing = before
      .catch(() => undefined) // told to whoever asked for that write
      .then(async () => {
        const { payload, renewAt } = await buildPayload(volume, facts(), { source: config, tokens });
        await writeAtomically(path, payload, facts().pod.spec.securityContext?.fsGroup);
        clearTimeout(this.#renewals.get(volume.name));
        if (renewAt === undefined) return;
        const timer = setTimeout(() => this.#rewrite(volume), Math.max(renewAt - now(), 1_000));
        this.#renewals.set(volume.name, timer.unref());
      });
    this.#writes.set(volume.name, writing);
    await writing;
  }

  #rewrite(volume: Volume): void {
    this.#write(volume, this.#configPath(volume)).catch((error: unknown) => {
      // The files stay as they were; the next change or renewal tries again.
      this.#deps.log.warn("cannot update a volume", { volume: volume.name, error: messageOf(error) });
    });
  }

  #watch(volumes: readonly Volume[]): void {
    this.#watching = true;
    const namespace = this.#deps.facts().pod.metadata.namespace ?? "";
    for (const volume of volumes) {
      for (const { kind, name } of dependencies(volume)) {
        this.#release.push(this.#deps.config.watch(kind, namespace, name, () => this.#rewrite(volume)));
      }
    }
  }

  #configPath(volume: Volume): string {
    const { configMap, secret, downwardAPI } = volume;
    return this.#path(configMap ? "configmap" : secret ? "secret" : downwardAPI ? "downward-api" : "projected", volume);
  }

  #path(plugin: string, volume: Volume): string {
    return join(this.#deps.directories.volumes, `kubernetes.io~${plugin}`, volume.name);
  }

  async #own(path: string): Promise<void> {
    const group = this.#deps.facts().pod.spec.securityContext?.fsGroup;
    if (group !== undefined) await giveToGroup(path, group);
  }
}
