/** Gives claims the volumes that are there, and says of both how they stand. Makes no volumes, and deletes none. */
import { isConflict, isNotFound } from "@skiff/api";
import type { PersistentVolume, PersistentVolumeClaim } from "@skiff/api/core/v1";
import { persistentVolumeClaims, persistentVolumes } from "@skiff/api/resources";
import { type Client, mapped, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, bindingOf, phaseOf } from "./plan.ts";

const UNBOUND = "unbound";

/** Reconciles claims. A volume that appears or changes is looked at by every claim without one, and by the claim it refers to. */
export function claimBinderController({ client, informers }: ControllerDeps): Reconciler {
  const claims = informers.for(persistentVolumeClaims);
  const volumes = informers.for(persistentVolumes);
  claims.cache.addIndex(UNBOUND, ({ status }) => (status?.phase === "Bound" ? [] : [UNBOUND]));
  return {
    name: "persistentvolume-binder",
    watches: [
      self(claims),
      mapped(volumes, ({ spec }) => [
        ...(spec?.claimRef ? [`${spec.claimRef.namespace}/${spec.claimRef.name}`] : []),
        ...claims.cache.byIndex(UNBOUND, UNBOUND).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      ]),
    ],
    async reconcile(key, signal) {
      const claim = claims.cache.get(key);
      if (!claim || (claim.metadata.deletionTimestamp && !claim.spec?.volumeName)) return;
      const binding = bindingOf(claim, volumes.cache.list());
      if (binding.phase === "Bound") return bind(client, claim, binding.volume, signal);
      if ((claim.status?.phase ?? "Pending") === binding.phase) return;
      await client.updateStatus(
        persistentVolumeClaims,
        { ...claim, status: { ...claim.status, phase: binding.phase } },
        { signal },
      );
    },
  };
}

/** Reconciles volumes: Available, Bound or Released. */
export function volumePhaseController({ client, informers }: ControllerDeps): Reconciler {
  const claims = informers.for(persistentVolumeClaims);
  const volumes = informers.for(persistentVolumes);
  return {
    name: "persistentvolume-phase",
    watches: [self(volumes), mapped(claims, ({ spec }) => (spec?.volumeName ? [spec.volumeName] : []))],
    async reconcile(key, signal) {
      const volume = volumes.cache.get(key);
      if (!volume) return;
      const { namespace = "", name = "" } = volume.spec?.claimRef ?? {};
      let phase = phaseOf(volume, claims.cache.get(`${namespace}/${name}`));
      // The cache may be a moment behind a claim that was just made.
      if (phase === "Released") phase = phaseOf(volume, await present(client, { namespace, name }, signal));
      if (phase === undefined || phase === volume.status?.phase) return;
      const status = { ...volume.status, phase } as PersistentVolume["status"];
      await client.updateStatus(persistentVolumes, { ...volume, status }, { signal });
    },
  };
}

/** Writes the volume before the claim: whoever dies between the two leaves a volume reserved for the claim, which the next look finishes. */
async function bind(
  client: Client,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name, uid } = claim.metadata;
  if (volume.spec?.claimRef?.uid !== uid) {
    const decided = volume.spec?.claimRef === undefined;
    const metadata = decided ? annotated(volume.metadata, BOUND_BY_CONTROLLER) : volume.metadata;
    const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid };
    try {
      await client.update(persistentVolumes, { ...volume, metadata, spec: { ...volume.spec, claimRef } }, { signal });
    } catch (error) {
      // Someone else took it, or it went: that comes with an event of its own.
      if (isConflict(error) || isNotFound(error)) return;
      throw error;
    }
  }
  let current = claim;
  if (claim.spec?.volumeName !== volume.metadata.name || !claim.metadata.annotations?.[BIND_COMPLETED]) {
    const chosen = claim.spec?.volumeName ? claim.metadata : annotated(claim.metadata, BOUND_BY_CONTROLLER);
    const metadata = annotated(chosen, BIND_COMPLETED);
    const spec = { ...claim.spec, volumeName: volume.metadata.name };
    current = await client.update(persistentVolumeClaims, { ...claim, metadata, spec }, { signal });
  }
  if (current.status?.phase === "Bound") return;
  const { accessModes, capacity } = volume.spec ?? {};
  const status = { ...current.status, phase: "Bound" as const, accessModes, capacity };
  await client.updateStatus(persistentVolumeClaims, { ...current, status }, { signal });
}

function annotated<M extends PersistentVolume["metadata"]>(metadata: M, annotation: string): M {
  return { ...metadata, annotations: { ...metadata.annotations, [annotation]: "yes" } };
}

async function present(
  client: Client,
  key: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<PersistentVolumeClaim | undefined> {
  try {
    return await client.get(persistentVolumeClaims, key, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
