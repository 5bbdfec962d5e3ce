import type { Mutable } from "@skiff/api";
import type { PodSpec, Volume } from "@skiff/api/core/v1";

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet asks for an hour; the 7 seconds tell a token asked for by this plugin from one a user asked for. */
const TOKEN_SECONDS = 3607;
const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Mounts the account's token where in-cluster clients look for it, in every container that has nothing mounted there. */
export function mountToken(spec: Mutable<PodSpec>): void {
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
