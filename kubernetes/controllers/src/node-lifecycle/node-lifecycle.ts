/** Marks Nodes that fell silent, taints Nodes by their health, marks their pods not ready. Writes node conditions and taints. */
import type { Node } from "@skiff/api/core/v1";
import { leases, nodes, pods } from "@skiff/api/resources";
import { mapped, type Reconciler, referenceTo, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { Heartbeats } from "./heartbeats.ts";
import { GRACE_MS, healthOf, lostConditions, notReadyConditions, taintsOf } from "./plan.ts";

const LEASES = "kube-node-lease";

export function nodeLifecycleController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const informer = informers.for(nodes);
  const leaseInformer = informers.for(leases, { namespace: LEASES });
  const podInformer = informers.for(pods);
  podInformer.cache.addIndex("node", ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
  const heartbeats = new Heartbeats(clock);
  const events = recorder("node-controller");
  const healths = new Map<string, string>();

  return {
    name: "node-lifecycle",
    watches: [self(informer), mapped(leaseInformer, ({ metadata }) => [metadata.name])],
    async reconcile(key, signal) {
      const cached = informer.cache.get(key);
      if (!cached) {
        heartbeats.forget(key);
        healths.delete(key);
        return;
      }
      const silent = heartbeats.silence(cached, leaseInformer.cache.get(`${LEASES}/${key}`));
      const marked = silent >= GRACE_MS ? await markLost(cached, signal) : cached;
      const taints = taintsOf(marked, clock.now());
      if (taints !== marked.spec.taints && taints.length + (marked.spec.taints?.length ?? 0) > 0) {
        await client.update(nodes, { ...marked, spec: { ...marked.spec, taints } }, { signal });
      }
      announce(marked);
      if (healthOf(marked) !== "True") await markPods(key, signal);
      return { requeueAfterMs: silent >= GRACE_MS ? GRACE_MS : GRACE_MS - silent + 100 };
    },
  };

  async function markLost(node: Node, signal: AbortSignal): Promise<Node> {
    const conditions = lostConditions(node, clock.now());
    if (conditions === node.status?.conditions) return node;
    return await client.updateStatus(nodes, { ...node, status: { ...node.status, conditions } }, { signal });
  }

  function announce(node: Node): void {
    const { name } = node.metadata;
    const health = healthOf(node);
    const before = healths.get(name);
    healths.set(name, health);
    if (before !== "True" || health === "True") return;
    events.event(referenceTo(nodes, node), "Normal", "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
  }

  async function markPods(node: string, signal: AbortSignal): Promise<void> {
    for (const pod of podInformer.cache.byIndex("node", node)) {
      const conditions = notReadyConditions(pod, clock.now());
      if (!conditions) continue;
      await client.updateStatus(pods, { ...pod, status: { ...pod.status, conditions } }, { signal });
      events.event(referenceTo(pods, pod), "Warning", "NodeNotReady", "Node is not ready");
    }
  }
}
