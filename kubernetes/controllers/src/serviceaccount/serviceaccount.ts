/** Keeps a ServiceAccount `default` in every namespace that is not being deleted. Owns those; writes nothing else. */
import { isAlreadyExists } from "@skiff/api";
import { namespaces, serviceAccounts } from "@skiff/api/resources";
import { mapped, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { isNamespaceTerminating } from "../pod-maker.ts";

const NAME = "default";

export function serviceAccountController({ client, informers }: ControllerDeps): Reconciler {
  const namespaceInformer = informers.for(namespaces);
  const accounts = informers.for(serviceAccounts);
  return {
    name: "serviceaccount",
    watches: [
      self(namespaceInformer),
      mapped(accounts, ({ metadata }) => (metadata.name === NAME ? [metadata.namespace ?? ""] : [])),
    ],
    async reconcile(key, signal) {
      const namespace = namespaceInformer.cache.get(key);
      if (!namespace || namespace.metadata.deletionTimestamp || accounts.cache.get(`${key}/${NAME}`)) return;
      const metadata = { name: NAME, namespace: key };
      try {
        await client.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata }, { signal });
      } catch (error) {
        if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
      }
    },
  };
}
