/** Empties a Namespace that is being deleted and then lets go of it. Writes the namespace's conditions and finalizers. */
import { isConflict, isNotFound } from "@skiff/api";
import type { Namespace } from "@skiff/api/core/v1";
import { apiServices, customResourceDefinitions, namespaces } from "@skiff/api/resources";
import { type Reconciler, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import type { ControllerDeps } from "../controller.ts";
import { definedResource } from "../defined-resource.ts";
import { deleteContent } from "./content.ts";
import { extensionResources } from "./extension-resources.ts";
import { conditionsOf, lookAgainInMs } from "./plan.ts";

const FINALIZER = "kubernetes";

export function namespaceController({ client, informers, clock }: ControllerDeps): Reconciler {
  const informer = informers.for(namespaces);
  const definitions = informers.for(customResourceDefinitions);
  const services = informers.for(apiServices);
  const customResources = () =>
    definitions.cache.list().flatMap((definition) => {
      const resource = definedResource(definition);
      return resource?.namespaced ? [resource] : [];
    });
  return {
    name: "namespace",
    watches: [self(informer), { informers: [definitions, services], feed: () => () => {} }],
    async reconcile(key, signal) {
      const cached = informer.cache.get(key);
      if (!cached?.metadata.deletionTimestamp || !cached.spec.finalizers?.includes(FINALIZER)) return;
      // The server refuses new content once the phase says so; only then can the content come to an end.
      const namespace =
        cached.status?.phase === "Terminating"
          ? cached
          : await client.updateStatus(
              namespaces,
              { ...cached, status: { ...cached.status, phase: "Terminating" } },
              { signal },
            );

      const extension = await extensionResources(client, services.cache.list(), signal);
      const further = [...customResources(), ...extension.resources];
      const { remaining, troubles } = await deleteContent(client, key, signal, further);
      const again = lookAgainInMs(remaining, [...extension.troubles, ...troubles]);
      if (again === undefined) {
        await letGo(namespace, signal);
        return;
      }
      const before = namespace.status?.conditions ?? [];
      const conditions = conditionsOf(before, remaining, troubles, clock.now(), extension.troubles);
      if (!sameValue(conditions, namespace.status?.conditions)) {
        await client.updateStatus(
          namespaces,
          { ...namespace, status: { ...namespace.status, conditions } },
          { signal },
        );
      }
      return { requeueAfterMs: again };
    },
  };

  async function letGo(namespace: Namespace, signal: AbortSignal): Promise<void> {
    const finalizers = (namespace.spec.finalizers ?? []).filter((name) => name !== FINALIZER);
    const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
    try {
      await client.updateSubresource(namespaces, namespace.metadata, "finalize", body, { signal });
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error)) throw error;
      const fresh = await client.get(namespaces, namespace.metadata, signal);
      if (fresh.metadata.uid === namespace.metadata.uid) await letGo(fresh, signal);
    }
  }
}
