/** Registers the node, keeps its status and lease up to date, and hands its Pod CIDR to the runtime. */
import { isAlreadyExists, isConflict, isNotFound, type Logger } from "@skiff/api";
import type { Lease } from "@skiff/api/coordination/v1";
import type { Node, Taint } from "@skiff/api/core/v1";
import { leases, nodes } from "@skiff/api/resources";
import type { Client, Informer } from "@skiff/client";
import type { ImageService, RuntimeService } from "@skiff/engine/cri";
import { messageOf } from "../container/start-error.ts";
import { time } from "../status/container-status.ts";
import { architecture, systemInfo } from "./machine.ts";
import { differs, nodeStatus } from "./node-status.ts";

const PERIOD_MS = 10_000;
const HEARTBEAT_MS = 300_000;
const RETRY_MS = 1_000;
const LEASE_SECONDS = 40;
const LEASE_NAMESPACE = "kube-node-lease";

export interface NodeAgentDeps {
  readonly nodeName: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly capacity: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly runtimeVersion: string;
  readonly runtime: Pick<RuntimeService, "status" | "updateRuntimeConfig">;
  readonly images: Pick<ImageService, "listImages">;
  readonly client: Client;
  /** Watches this node's own object. */
  readonly informer: Informer<Node>;
  readonly log: Logger;
  readonly now: () => number;
}

export class NodeAgent implements Disposable {
  readonly #deps: NodeAgentDeps;
  readonly #timers = new Map<"status" | "lease", NodeJS.Timeout>();
  readonly #running = new Set<"status" | "lease">();
  readonly #again = new Set<"status" | "lease">();
  #node: Node | undefined;
  #podCidr = "";
  #sentAt = 0;
  #stopped = false;

  constructor(deps: NodeAgentDeps) {
    this.#deps = deps;
    this.#run("status", () => this.#syncStatus());
    this.#run("lease", () => this.#renewLease());
    deps.informer.on({
      add: (node) => this.#seen(node),
      update: (node) => this.#seen(node),
      delete: () => {
        this.#node = undefined;
        this.#run("status", () => this.#syncStatus());
      },
    });
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #seen(node: Node): void {
    this.#node = node;
    if ((node.spec.podCIDR ?? "") !== this.#podCidr) this.#run("status", () => this.#syncStatus());
  }

  /** Runs `work` now and then every ten seconds; after a failure sooner. Never twice at once. */
  #run(what: "status" | "lease", work: () => Promise<void>): void {
    if (this.#stopped) return;
    if (this.#running.has(what)) {
      this.#again.add(what);
      return;
    }
    clearTimeout(this.#timers.get(what));
    this.#running.add(what);
    void (async () => {
      let next = PERIOD_MS;
      try {
        await work();
      } catch (error) {
        next = RETRY_MS;
        if (!this.#stopped) this.#deps.log.warn("cannot report the node", { what, error: messageOf(error) });
      }
      this.#running.delete(what);
      if (this.#again.delete(what)) next = 0;
      if (this.#stopped) return;
      this.#timers.set(what, setTimeout(() => this.#run(what, work), next).unref());
    })();
  }

  async #syncStatus(): Promise<void> {
    const { client, nodeName, now, runtimeVersion, images } = this.#deps;
    this.#node ??= await this.#register();
    await this.#configureNetwork(this.#node);
    const [nodeInfo, runtime, listed] = await Promise.all([
      systemInfo(runtimeVersion),
      this.#runtimeConditions(),
      images.listImages({}),
    ]);
    const node = this.#node;
    const status = nodeStatus({ ...this.#deps, node, nodeInfo, runtime, images: listed.images, now: time(now()) });
    if (!differs(node?.status, status) && now() - this.#sentAt < HEARTBEAT_MS) return;
    const { addresses, ...rest } = status;
    const patch = { status: { ...rest, addresses: [{ $patch: "replace" }, ...(addresses ?? [])] } };
    try {
      this.#node = await client.patch(nodes, nodeName, patch, { type: "strategic", subresource: "status" });
    } catch (error) {
      if (isNotFound(error)) this.#node = undefined;
      throw error;
    }
    this.#sentAt = now();
  }

  /** Creates the node's object, or takes the one there is: what administrators set on it stays. */
  async #register(): Promise<Node> {
    const { client, nodeName, labels, taints } = this.#deps;
    const own = {
      "beta.kubernetes.io/arch": architecture(),
      "beta.kubernetes.io/os": "linux",
      "kubernetes.io/arch": architecture(),
      "kubernetes.io/hostname": nodeName,
      "kubernetes.io/os": "linux",
    };
    const metadata = { name: nodeName, labels: { ...labels, ...own } };
    try {
      const spec = taints.length > 0 ? { taints } : {};
      return await client.create(nodes, { apiVersion: "v1", kind: "Node", metadata, spec });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const found = await client.get(nodes, nodeName);
      const missing = Object.entries(own).filter(([name, value]) => found.metadata.labels?.[name] !== value);
      if (missing.length === 0) return found;
      const patch = { metadata: { labels: Object.fromEntries(missing) } };
      return client.patch(nodes, nodeName, patch, { type: "merge" });
    }
  }

  async #configureNetwork(node: Node): Promise<void> {
    const { podCIDR = "" } = node.spec;
    if (podCIDR === this.#podCidr) return;
    await this.#deps.runtime.updateRuntimeConfig({ runtimeConfig: { networkConfig: { podCidr: podCIDR } } });
    this.#podCidr = podCIDR;
  }

  async #runtimeConditions() {
    try {
      return (await this.#deps.runtime.status({ verbose: false })).status?.conditions ?? [];
    } catch (error) {
      this.#deps.log.warn("the container runtime does not answer", { error: messageOf(error) });
      return undefined;
    }
  }

  async #renewLease(): Promise<void> {
    const { client, nodeName, now } = this.#deps;
    const key = { namespace: LEASE_NAMESPACE, name: nodeName };
    const renewTime = `${new Date(now()).toISOString().slice(0, -1)}000Z`;
    const spec = { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime };
    try {
      await client.patch(leases, key, { spec }, { type: "merge" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#createLease({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: key, spec });
    }
  }

  async #createLease(lease: Lease): Promise<void> {
    const { client, nodeName } = this.#deps;
    const uid = this.#node?.metadata.uid;
    const owner = { apiVersion: "v1", kind: "Node", name: nodeName, uid: uid ?? "" };
    const metadata = { ...lease.metadata, ...(uid ? { ownerReferences: [owner] } : {}) };
    try {
      await client.create(leases, { ...lease, metadata });
    } catch (error) {
      if (!isAlreadyExists(error) && !isConflict(error)) throw error;
    }
  }
}
