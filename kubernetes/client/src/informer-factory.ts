import type { Logger, Resource } from "@skiff/api";
import type { Client } from "./client.ts";
import type { Cacheable, Informer, InformerFactory, Selection } from "./informer.ts";
import { SharedInformer } from "./shared-informer.ts";

/**
 * Informers over `client`, shared: one watch and one cache per resource and selection, however many ask for it.
 * They run from `start()` until `signal` aborts.
 */
export function informers(
  client: Client,
  o: { readonly log: Logger; readonly signal: AbortSignal; readonly random?: () => number },
): InformerFactory {
  const made = new Map<string, SharedInformer<Cacheable>>();
  let started = false;
  return {
    for<T>(resource: Resource<T>, selection: Selection = {}): Informer<T> {
      const { group, version, plural } = resource;
      const { namespace, labelSelector, fieldSelector } = selection;
      const id = JSON.stringify([group, version, plural, namespace, labelSelector, fieldSelector]);
      let informer = made.get(id);
      if (!informer) {
        informer = new SharedInformer<Cacheable>({
          ...o,
          client,
          resource: resource as Resource<Cacheable>,
          selection,
        });
        made.set(id, informer);
        if (started) informer.start();
      }
      return informer as unknown as Informer<T>;
    },
    start() {
      started = true;
      for (const informer of made.values()) informer.start();
    },
    async synced(signal) {
      await Promise.all([...made.values()].map((informer) => informer.synced(signal)));
    },
  };
}
