/** Which volume a claim has, and what that makes of the two. */
import { fromLabelSelector, matches, parseQuantity } from "@skiff/api";
import type { PersistentVolume, PersistentVolumeClaim } from "@skiff/api/core/v1";

/** On a claim whose volume was once settled: from then on it never gets another. */
export const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
/** On what the controller decided rather than a person: `yes`. */
export const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

/** What becomes of a claim. */
export type Binding =
  | { readonly phase: "Bound"; readonly volume: PersistentVolume }
  /** Nothing suits it yet, or the volume it names is another's. */
  | { readonly phase: "Pending" }
  /** The volume it had is gone or another's. */
  | { readonly phase: "Lost" };

/** Decides about a claim among all volumes there are. */
export function bindingOf(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[]): Binding {
  const { volumeName } = claim.spec ?? {};
  if (!volumeName) {
    const volume = bestOf(claim, volumes);
    return volume ? { phase: "Bound", volume } : { phase: "Pending" };
  }
  const volume = volumes.find(({ metadata }) => metadata.name === volumeName);
  if (volume && isFor(volume, claim)) return { phase: "Bound", volume };
  return { phase: claim.metadata.annotations?.[BIND_COMPLETED] === undefined ? "Pending" : "Lost" };
}

/** The phase of a volume; undefined while it is only being bound. `claim` is the one it refers to, if that exists. */
export function phaseOf(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): string | undefined {
  const { claimRef } = volume.spec ?? {};
  // Reserved for a claim by name: it is nobody's before that claim has it.
  if (!claimRef?.uid) return "Available";
  if (!claim || claim.metadata.uid !== claimRef.uid) return "Released";
  return claim.spec?.volumeName === volume.metadata.name ? "Bound" : undefined;
}

/** Whether nobody else has the volume. */
function isFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec ?? {};
  if (!claimRef) return true;
  if (claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

// One that was reserved for the claim; else the smallest that is large enough, so that large ones are left for those who need them.
function bestOf(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[]): PersistentVolume | undefined {
  const suitable = volumes.filter((volume) => isFor(volume, claim) && suits(volume, claim));
  return suitable.toSorted(
    (a, b) =>
      Number(Boolean(b.spec?.claimRef)) - Number(Boolean(a.spec?.claimRef)) ||
      storageOf(a) - storageOf(b) ||
      a.metadata.name.localeCompare(b.metadata.name),
  )[0];
}

function suits(volume: PersistentVolume, { spec: wanted = {} }: PersistentVolumeClaim): boolean {
  const { metadata, spec = {} } = volume;
  if (metadata.deletionTimestamp) return false;
  if ((spec.storageClassName ?? "") !== (wanted.storageClassName ?? "")) return false;
  if ((spec.volumeMode ?? "Filesystem") !== (wanted.volumeMode ?? "Filesystem")) return false;
  const modes = spec.accessModes ?? [];
  if (!(wanted.accessModes ?? []).every((mode) => modes.includes(mode))) return false;
  if (wanted.selector && !matches(fromLabelSelector(wanted.selector), metadata.labels ?? {})) return false;
  return storageOf(volume) >= parseQuantity(wanted.resources?.requests?.storage ?? "0").value();
}

function storageOf({ spec }: PersistentVolume): number {
  return parseQuantity(spec?.capacity?.storage ?? "0").value();
}
