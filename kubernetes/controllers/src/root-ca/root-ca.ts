/** Keeps a ConfigMap `kube-root-ca.crt` with the cluster's certificate authority in every namespace. Owns those. */
import { isAlreadyExists } from "@skiff/api";
import type { ConfigMap } from "@skiff/api/core/v1";
import { configMaps, namespaces } from "@skiff/api/resources";
import { mapped, type Reconciler, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import type { ControllerDeps } from "../controller.ts";
import { isNamespaceTerminating } from "../pod-maker.ts";

const NAME = "kube-root-ca.crt";
const annotations = {
  "kubernetes.io/description":
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
};

export function rootCaController({ client, informers, rootCa }: ControllerDeps): Reconciler {
  const namespaceInformer = informers.for(namespaces);
  const published = informers.for(configMaps, { fieldSelector: `metadata.name=${NAME}` });
  const data = { "ca.crt": rootCa };
  return {
    name: "root-ca-publisher",
    watches: [self(namespaceInformer), mapped(published, ({ metadata }) => [metadata.namespace ?? ""])],
    async reconcile(key, signal) {
      const namespace = namespaceInformer.cache.get(key);
      if (!namespace || namespace.metadata.deletionTimestamp) return;
      const present = published.cache.get(`${key}/${NAME}`);
      if (present) {
        if (!sameValue(present.data, data)) await client.update(configMaps, { ...present, data }, { signal });
        return;
      }
      const metadata = { name: NAME, namespace: key, annotations };
      const configMap: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
      try {
        await client.create(configMaps, configMap, { signal });
      } catch (error) {
        if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
      }
    },
  };
}
