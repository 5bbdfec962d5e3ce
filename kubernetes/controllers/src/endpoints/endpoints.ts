/** Lists the pods behind each Service with a selector in Endpoints of its name. Owns those it labels as its own. */
import { isNotFound } from "@skiff/api";
import type { Endpoints } from "@skiff/api/core/v1";
import { endpoints, pods, services } from "@skiff/api/resources";
import { cacheKey, mapped, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { isNamespaceTerminating } from "../pod-maker.ts";
import { servicesOf } from "../services-of.ts";
import { MANAGED_BY, MANAGER, plan } from "./plan.ts";

export function endpointsController({ client, informers }: ControllerDeps): Reconciler {
  const serviceInformer = informers.for(services);
  const podInformer = informers.for(pods);
  const informer = informers.for(endpoints);
  const isOurs = ({ metadata }: Endpoints) => metadata.labels?.[MANAGED_BY] === MANAGER;

  return {
    name: "endpoints",
    watches: [
      self(serviceInformer),
      mapped(podInformer, servicesOf(serviceInformer)),
      mapped(informer, (object) => (isOurs(object) ? [cacheKey(object)] : [])),
    ],
    async reconcile(key, signal) {
      const service = serviceInformer.cache.get(key);
      const present = informer.cache.get(key);
      try {
        if (!service) {
          if (present && isOurs(present)) await client.delete(endpoints, present.metadata, { signal });
          return;
        }
        if (!service.spec.selector || service.metadata.deletionTimestamp || service.spec.type === "ExternalName")
          return;
        const next = plan(service, podInformer.cache.byIndex("namespace", service.metadata.namespace ?? ""), present);
        if (!next) return;
        await (present ? client.update(endpoints, next, { signal }) : client.create(endpoints, next, { signal }));
      } catch (error) {
        // Already gone, or going with its namespace.
        if (!isNotFound(error) && !isNamespaceTerminating(error)) throw error;
      }
    },
  };
}
