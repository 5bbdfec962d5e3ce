/** Lists the pods behind each Service with a selector in EndpointSlices. Owns those it labels as its own. */
import { isNotFound } from "@skiff/api";
import { endpointSlices, nodes, pods, services } from "@skiff/api/resources";
import { mapped, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { OwnWrites } from "../own-writes.ts";
import { isNamespaceTerminating } from "../pod-maker.ts";
import { servicesOf } from "../services-of.ts";
import { MANAGED_BY, MANAGER, plan, SERVICE_NAME } from "./plan.ts";

export function endpointSliceController({ client, informers, clock }: ControllerDeps): Reconciler {
  const serviceInformer = informers.for(services);
  const podInformer = informers.for(pods);
  const nodeInformer = informers.for(nodes);
  const slices = informers.for(endpointSlices);
  const keysOf = ({
    metadata,
  }: {
    readonly metadata: { labels?: Readonly<Record<string, string>> | undefined; namespace?: string | undefined };
  }) => (metadata.labels?.[MANAGED_BY] === MANAGER ? [`${metadata.namespace}/${metadata.labels[SERVICE_NAME]}`] : []);
  slices.cache.addIndex("service", keysOf);
  const writes = new OwnWrites(slices, clock);

  return {
    name: "endpointslice",
    watches: [self(serviceInformer), mapped(podInformer, servicesOf(serviceInformer)), mapped(slices, keysOf)],
    async reconcile(key, signal) {
      const service = serviceInformer.cache.get(key);
      // Without a Service the garbage collector takes the slices; without a selector they are the user's.
      if (!service?.spec.selector || service.metadata.deletionTimestamp || service.spec.type === "ExternalName") return;
      if (!writes.settled(key)) return { requeueAfterMs: 5_000 };
      const inNamespace = podInformer.cache.byIndex("namespace", service.metadata.namespace ?? "");
      const steps = plan(
        service,
        inNamespace,
        (name) => nodeInformer.cache.get(name),
        slices.cache.byIndex("service", key),
      );
      try {
        for (const slice of steps.create) writes.wrote(key, await client.create(endpointSlices, slice, { signal }));
        for (const slice of steps.update) writes.wrote(key, await client.update(endpointSlices, slice, { signal }));
        for (const slice of steps.delete) {
          writes.deleted(key, slice.metadata.uid ?? "");
          await client.delete(endpointSlices, slice.metadata, { signal });
        }
      } catch (error) {
        if (!isNamespaceTerminating(error) && !isNotFound(error)) throw error;
      }
    },
  };
}
