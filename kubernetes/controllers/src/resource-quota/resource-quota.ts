/** Keeps `status.used` of quotas true: what was deleted or ended is given back, what a failed creation took too. Owns nothing. */
import { isNotFound, type Resource, type ResourceInfo, resources } from "@skiff/api";
import type { Pod, ResourceQuota } from "@skiff/api/core/v1";
import { countName, evaluatorOf } from "@skiff/api/quota";
import { customResourceDefinitions, pods, resourceQuotas } from "@skiff/api/resources";
import { type Cacheable, cacheKey, type Informer, type Reconciler, type Watch } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { definedResource } from "../defined-resource.ts";
import { type Counted, plan } from "./plan.ts";

/**
 * Admission takes from a quota before it lets an object be written: for a moment the object is paid for and cannot be
 * seen. Usage is counted once the quota has been left alone for this long, or has not been for the longer time.
 */
const SETTLE_MS = 500;
const SETTLE_AT_MOST_MS = 5_000;
/** Everything is counted anew this often, should an event have been lost. */
const RESYNC_MS = 300_000;
/** Custom resources have no informer here: what a quota says of them is looked up. */
const LOOKUP_MS = 5_000;

export function resourceQuotaController({ client, informers, clock }: ControllerDeps): Reconciler {
  const quotas = informers.for(resourceQuotas);
  const definitions = informers.for(customResourceDefinitions);
  const followed = resources.filter(isCounted).map((info) => {
    return { info, informer: informers.for(info as Resource<Cacheable>) };
  });
  const touched = new Map<string, { readonly last: number; readonly first: number }>();

  return {
    name: "resource-quota",
    watches: [quotaWatch(), ...followed.map(({ info, informer }) => givingBack(info, informer))],
    async reconcile(key, signal) {
      const quota = quotas.cache.get(key);
      if (!quota || quota.metadata.deletionTimestamp) {
        touched.delete(key);
        return;
      }
      const wait = unsettledFor(key, quota);
      if (wait > 0) return { requeueAfterMs: wait };
      touched.delete(key);
      const { namespace = "" } = quota.metadata;
      const counted = followed.flatMap(({ info, informer }): Counted[] => {
        const evaluator = evaluatorOf(info);
        const wanted = evaluator && Object.keys(quota.spec?.hard ?? {}).some((name) => evaluator.counts(name));
        return wanted ? [{ evaluator, objects: informer.cache.byIndex("namespace", namespace) as object[] }] : [];
      });
      const others = await countCustom(quota, signal);
      const status = plan(quota, counted, others, clock.now());
      if (status) await client.updateStatus(resourceQuotas, { ...quota, status }, { signal });
      return { requeueAfterMs: others.size > 0 ? LOOKUP_MS : RESYNC_MS };
    },
  };

  /** A quota whose limits are not in its status yet waits for nothing: until they are, nothing is limited. */
  function unsettledFor(key: string, { spec, status }: ResourceQuota): number {
    const touch = touched.get(key);
    if (!touch || Object.keys(spec?.hard ?? {}).some((name) => status?.hard?.[name] === undefined)) return 0;
    const now = clock.now();
    return Math.min(touch.last + SETTLE_MS, touch.first + SETTLE_AT_MOST_MS) - now;
  }

  function quotaWatch(): Watch {
    const enqueueAll = (enqueue: (key: string) => void) => (quota: ResourceQuota) => enqueue(cacheKey(quota));
    return {
      informers: [quotas, definitions],
      feed: (enqueue) =>
        quotas.on({
          add: enqueueAll(enqueue),
          update(quota) {
            const key = cacheKey(quota);
            const now = clock.now();
            touched.set(key, { last: now, first: touched.get(key)?.first ?? now });
            enqueue(key);
          },
          delete: enqueueAll(enqueue),
        }),
    };
  }

  /** Every quota of a namespace, when something in it went away or may have come to cost less. */
  function givingBack(info: ResourceInfo, informer: Informer<Cacheable>): Watch {
    return {
      informers: [informer],
      feed(enqueue) {
        const look = ({ metadata }: Cacheable) => {
          for (const quota of quotas.cache.byIndex("namespace", metadata.namespace ?? "")) enqueue(cacheKey(quota));
        };
        const changed = (object: Cacheable, old: Cacheable) => {
          if (mayCostLess(info, object, old)) look(object);
        };
        return informer.on({ update: changed, delete: look });
      },
    };
  }

  async function countCustom(quota: ResourceQuota, signal: AbortSignal): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const definition of definitions.cache.list()) {
      const info = definedResource<Cacheable>(definition);
      const name = info?.namespaced ? countName(info) : undefined;
      if (!info || !name || quota.spec?.hard?.[name] === undefined) continue;
      try {
        const { namespace } = quota.metadata;
        const { items, metadata } = await client.list(info, { namespace, limit: 1 }, signal);
        counts.set(name, items.length + (metadata.remainingItemCount ?? 0));
      } catch (error) {
        if (!isNotFound(error)) throw error; // defined, and not served yet
      }
    }
    return counts;
  }
}

function isCounted(info: ResourceInfo): boolean {
  const stored = info.storageVersion && info.verbs.includes("list") && info.verbs.includes("create");
  return info.namespaced && stored && evaluatorOf(info) !== undefined;
}

function mayCostLess(info: ResourceInfo, object: Cacheable, old: Cacheable): boolean {
  if (info.plural !== pods.plural || info.group !== "") return evaluatorOf(info)?.changes === true;
  const ended = ({ status }: Pod) => status?.phase === "Succeeded" || status?.phase === "Failed";
  return ended(object as Pod) && !ended(old as Pod);
}
