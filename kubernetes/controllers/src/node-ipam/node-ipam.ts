/** Gives every Node without a pod range the next free one. Writes `spec.podCIDR` and `spec.podCIDRs`, once. */
import { nodes } from "@skiff/api/resources";
import { type Reconciler, referenceTo, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { nextRange } from "./plan.ts";

export function nodeIpamController({ client, informers, recorder, clusterCidr }: ControllerDeps): Reconciler {
  const informer = informers.for(nodes);
  const events = recorder("node-ipam-controller");
  /** Given by this process, maybe not in the cache yet; nodes keep theirs, so nothing is ever given back while they live. */
  const given = new Map<string, string>();
  return {
    name: "node-ipam",
    watches: [self(informer)],
    async reconcile(key, signal) {
      const node = informer.cache.get(key);
      if (!node || node.spec.podCIDR) {
        given.delete(key);
        return;
      }
      const inUse = informer.cache.list().flatMap(({ spec }) => spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []));
      try {
        const podCIDR = given.get(key) ?? nextRange(clusterCidr, [...inUse, ...given.values()]);
        given.set(key, podCIDR);
        const patch = { metadata: { uid: node.metadata.uid }, spec: { podCIDR, podCIDRs: [podCIDR] } };
        await client.patch(nodes, key, patch, { type: "strategic", signal });
      } catch (error) {
        if (error instanceof RangeError) {
          const message = `Node ${key} status is now: CIDRNotAvailable`;
          events.event(referenceTo(nodes, node), "Normal", "CIDRNotAvailable", message);
        }
        throw error;
      }
    },
  };
}
