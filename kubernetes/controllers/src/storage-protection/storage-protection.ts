/** Let go of claims no Pod uses, volumes no claim has, and attributes classes nothing names, once they are deleted. Own nothing. */
import type { PersistentVolumeClaim } from "@skiff/api/core/v1";
import { persistentVolumeClaims, persistentVolumes, pods, volumeAttributesClasses } from "@skiff/api/resources";
import { mapped, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { classesOfClaim, isBound, usesClaim } from "./plan.ts";
import { release, waitsFor } from "./release.ts";

const CLAIM = "kubernetes.io/pvc-protection";
const VOLUME = "kubernetes.io/pv-protection";
const CLASS = "kubernetes.io/vac-protection";

export function claimProtectionController({ client, informers }: ControllerDeps): Reconciler {
  const claims = informers.for(persistentVolumeClaims);
  const users = informers.for(pods);
  return {
    name: "persistentvolumeclaim-protection",
    watches: [
      self(claims),
      mapped(users, ({ metadata, spec }) =>
        (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
          const claim = persistentVolumeClaim?.claimName ?? (ephemeral && `${metadata.name}-${name}`);
          return claim ? [`${metadata.namespace}/${claim}`] : [];
        }),
      ),
    ],
    async reconcile(key, signal) {
      const claim = claims.cache.get(key);
      if (!claim || !waitsFor(claim, CLAIM)) return;
      const inUse = (among: Iterable<Parameters<typeof usesClaim>[0]>) =>
        [...among].some((pod) => usesClaim(pod, claim));
      const { namespace } = claim.metadata;
      if (inUse(users.cache.byIndex("namespace", namespace ?? ""))) return;
      // The cache may be a moment behind, and what is let go cannot be had back.
      if (inUse((await client.list(pods, { namespace }, signal)).items)) return;
      await release(client, persistentVolumeClaims, claim, CLAIM, signal);
    },
  };
}

export function volumeProtectionController({ client, informers }: ControllerDeps): Reconciler {
  const volumes = informers.for(persistentVolumes);
  return {
    name: "persistentvolume-protection",
    watches: [self(volumes)],
    async reconcile(key, signal) {
      const volume = volumes.cache.get(key);
      if (!volume || !waitsFor(volume, VOLUME) || isBound(volume)) return;
      await release(client, persistentVolumes, volume, VOLUME, signal);
    },
  };
}

export function attributesClassProtectionController({ client, informers }: ControllerDeps): Reconciler {
  const classes = informers.for(volumeAttributesClasses);
  const claims = informers.for(persistentVolumeClaims);
  const volumes = informers.for(persistentVolumes);
  return {
    name: "volumeattributesclass-protection",
    watches: [
      self(classes),
      mapped(claims, (claim: PersistentVolumeClaim) => classesOfClaim(claim)),
      mapped(volumes, ({ spec }) => (spec?.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [])),
    ],
    async reconcile(key, signal) {
      const found = classes.cache.get(key);
      if (!found || !waitsFor(found, CLASS)) return;
      if (claims.cache.list().some((claim) => classesOfClaim(claim).includes(key))) return;
      if (volumes.cache.list().some(({ spec }) => spec?.volumeAttributesClassName === key)) return;
      await release(client, volumeAttributesClasses, found, CLASS, signal);
    },
  };
}
