import type { Pod, Service } from "@skiff/api/core/v1";
import { cacheKey, type Informer } from "@skiff/client";

/** Gives for a pod the keys of the Services that select it. */
export function servicesOf(services: Informer<Service>) {
  return (pod: Pod): string[] => {
    const labels = pod.metadata.labels ?? {};
    return services.cache
      .byIndex("namespace", pod.metadata.namespace ?? "")
      .filter(({ spec }) => {
        const selector = Object.entries(spec.selector ?? {});
        return selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
      })
      .map(cacheKey);
  };
}
