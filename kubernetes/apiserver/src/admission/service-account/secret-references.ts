/** The Secrets a Pod mentions, and which of them its account does not list. */
import type { Container, PodSpec, ServiceAccount, Volume } from "@skiff/api/core/v1";

type HasEnv = Pick<Container, "name" | "env" | "envFrom">;

/** Whether the Pod mentions any Secret, wherever one can be mentioned. */
export function mentionsSecret(spec: PodSpec): boolean {
  if (spec.imagePullSecrets?.length) return true;
  const containers: readonly HasEnv[] = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...(spec.ephemeralContainers ?? []),
  ];
  const inContainers = containers.some(
    ({ env, envFrom }) => env?.some((e) => e.valueFrom?.secretKeyRef) || envFrom?.some((source) => source.secretRef),
  );
  return inContainers || (spec.volumes ?? []).some(usesSecret);
}

function usesSecret(volume: Volume): boolean {
  return Boolean(
    volume.secret ||
      volume.azureFile?.secretName ||
      volume.cephfs?.secretRef ||
      volume.cinder?.secretRef ||
      volume.flexVolume?.secretRef ||
      volume.projected?.sources?.some((source) => source.secret) ||
      volume.rbd?.secretRef ||
      volume.scaleIO?.secretRef ||
      volume.iscsi?.secretRef ||
      volume.storageos?.secretRef ||
      volume.csi?.nodePublishSecretRef,
  );
}

/** Why the Pod may not use a Secret that its account does not list, if there is one; `ephemeral`: asked about ephemeral containers only. */
export function foreignSecret(spec: PodSpec, account: ServiceAccount, ephemeral: boolean): string | undefined {
  const listed = new Set(account.secrets?.map((ref) => ref.name));
  const { name } = account.metadata;
  const unlisted = `is not allowed because service account ${name} does not reference that`;
  const inEnv = (what: string, containers: readonly HasEnv[] | undefined): string | undefined => {
    for (const container of containers ?? []) {
      for (const env of container.env ?? []) {
        const secret = env.valueFrom?.secretKeyRef;
        if (!secret || listed.has(secret.name)) continue;
        return `${what} ${container.name} with envVar ${env.name} referencing secret.secretName="${secret.name}" ${unlisted} secret`;
      }
    }
    return undefined;
  };
  if (ephemeral) return inEnv("ephemeral container", spec.ephemeralContainers);
  for (const { secret } of spec.volumes ?? []) {
    if (!secret || listed.has(secret.secretName)) continue;
    return `volume with secret.secretName="${secret.secretName}" ${unlisted} secret`;
  }
  const pulls = new Set(account.imagePullSecrets?.map((ref) => ref.name));
  const foreignPull = (spec.imagePullSecrets ?? []).findIndex((ref) => !pulls.has(ref.name));
  return (
    inEnv("init container", spec.initContainers) ??
    inEnv("container", spec.containers) ??
    (foreignPull < 0
      ? undefined
      : `imagePullSecrets[${foreignPull}].name="${spec.imagePullSecrets?.[foreignPull]?.name}" ${unlisted} imagePullSecret`)
  );
}
