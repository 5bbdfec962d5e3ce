/** ServiceAccount: every Pod runs as an account of its namespace, and finds that account's token where clients look for it. */
import { type Mutable, StatusError } from "@skiff/api";
import type { PodSpec, ServiceAccount, Volume } from "@skiff/api/core/v1";
import { serviceAccounts } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet asks for an hour; the 7 seconds tell a token asked for by this plugin from one a user asked for. */
const TOKEN_SECONDS = 3607;
const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** The plugin. */
export function serviceAccount({ caches }: AdmissionDeps): AdmissionPlugin {
  const cache = caches.of(serviceAccounts);
  return {
    name: "ServiceAccount",
    mutate({ operation, info, subresource, object, namespace, name }) {
      if (operation !== "CREATE" || info.typeName !== "core/v1.Pod" || subresource !== "" || !object) return;
      if (object.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return;
      const spec = object.spec as Mutable<PodSpec>;
      spec.serviceAccountName ||= "default";
      spec.serviceAccount = spec.serviceAccountName;
      const account = cache.entries.get(`${namespace}/${spec.serviceAccountName}`)?.object as unknown as
        | ServiceAccount
        | undefined;
      if (!account) {
        const missing = `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`;
        throw StatusError.forbidden(info, name, missing);
      }
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
        spec.imagePullSecrets = structuredClone(account.imagePullSecrets) as Mutable<PodSpec>["imagePullSecrets"];
      }
      if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
    },
  };
}

function mountToken(spec: Mutable<PodSpec>): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const without = containers.filter((c) => !c.volumeMounts?.some((mount) => mount.mountPath === TOKEN_PATH));
  if (without.length === 0) return;
  const existing = spec.volumes?.find((volume) => volume.name.startsWith("kube-api-access-"));
  const volumeName = existing?.name ?? `kube-api-access-${randomSuffix()}`;
  for (const container of without) {
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name: volumeName, readOnly: true, mountPath: TOKEN_PATH },
    ];
  }
  if (!existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(volumeName)];
}

function tokenVolume(name: string): Mutable<Volume> {
  return {
    name,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    },
  };
}

function randomSuffix(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(5));
  return Array.from(bytes, (byte) => SUFFIX_ALPHABET[byte % SUFFIX_ALPHABET.length]).join("");
}
