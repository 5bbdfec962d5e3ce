/** Where a container finds the Pod's volumes. */
import type { Container, Volume, VolumeMount } from "@skiff/api/core/v1";
import { type FieldError, forbidden, invalid, notFound, required } from "../field-error.ts";
import { checkOptionalOneOf } from "../meta/one-of.ts";
import { checkLocalDescendingPath } from "./paths.ts";

type Mounting = Pick<Container, "volumeMounts" | "volumeDevices" | "securityContext">;

/** Checks the mounts of one container. Some errors are on the list as a whole, as upstream has them. */
export function checkVolumeMounts(
  container: Mounting,
  volumes: ReadonlyMap<string, Volume>,
  list: string,
  errors: FieldError[],
): void {
  const devices = container.volumeDevices ?? [];
  const taken = new Set<string>();
  container.volumeMounts?.forEach((mount, index) => {
    const path = `${list}[${index}]`;
    const volume = volumes.get(mount.name);
    if (!mount.name) errors.push(required(`${path}.name`));
    if (volume === undefined) errors.push(notFound(`${path}.name`, mount.name ?? ""));
    if (!mount.mountPath) errors.push(required(`${path}.mountPath`));
    if (taken.has(mount.mountPath)) errors.push(invalid(`${path}.mountPath`, mount.mountPath, "must be unique"));
    taken.add(mount.mountPath);
    if (devices.some((device) => device.name === mount.name)) {
      errors.push(invalid(`${path}.name`, mount.name, "must not already exist in volumeDevices"));
    }
    if (devices.some((device) => device.devicePath === mount.mountPath)) {
      errors.push(invalid(`${path}.mountPath`, mount.mountPath, "must not already exist as a path in volumeDevices"));
    }
    checkSubPath(mount, path, list, errors);
    checkPropagation(mount, container, list, errors);
    checkRecursiveReadOnly(mount, list, errors);
  });
}

function checkSubPath(mount: VolumeMount, path: string, list: string, errors: FieldError[]): void {
  if (mount.subPath) checkLocalDescendingPath(mount.subPath, `${list}.subPath`, errors);
  if (!mount.subPathExpr) return;
  if (mount.subPath) {
    errors.push(invalid(`${path}.subPathExpr`, mount.subPathExpr, "subPathExpr and subPath are mutually exclusive"));
  }
  checkLocalDescendingPath(mount.subPathExpr, `${list}.subPathExpr`, errors);
}

function checkPropagation(mount: VolumeMount, container: Mounting, list: string, errors: FieldError[]): void {
  const field = `${list}.mountPropagation`;
  checkOptionalOneOf(mount.mountPropagation, ["Bidirectional", "HostToContainer", "None"], field, errors);
  if (mount.mountPropagation === "Bidirectional" && !container.securityContext?.privileged) {
    errors.push(forbidden(field, "Bidirectional mount propagation is available only to privileged containers"));
  }
}

function checkRecursiveReadOnly(mount: VolumeMount, list: string, errors: FieldError[]): void {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined) return;
  const field = `${list}.recursiveReadOnly`;
  checkOptionalOneOf(mode, ["Disabled", "Enabled", "IfPossible"], field, errors);
  if (mode === "Disabled") return;
  if (!mount.readOnly) {
    errors.push(forbidden(field, "may only be specified when readOnly is true"));
  }
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== "None") {
    errors.push(forbidden(field, "may only be specified when mountPropagation is None or not specified"));
  }
}

/** Checks the block devices of one container, which come from claims only. */
export function checkVolumeDevices(
  container: Mounting,
  volumes: ReadonlyMap<string, Volume>,
  list: string,
  errors: FieldError[],
): void {
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const paths = new Set<string>();
  container.volumeDevices?.forEach(({ name = "", devicePath = "" }, index) => {
    const path = `${list}[${index}]`;
    const volume = volumes.get(name);
    if (name === "") errors.push(required(`${path}.name`));
    if (names.has(name)) errors.push(invalid(`${path}.name`, name, "must be unique"));
    if (volume === undefined) errors.push(notFound(`${path}.name`, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
      errors.push(invalid(`${path}.name`, name, why));
    }
    if (devicePath === "") errors.push(required(`${path}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${path}.devicePath`, devicePath, "must be unique"));
    if (devicePath.split("/").includes("..")) {
      errors.push(invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) {
      errors.push(invalid(`${path}.name`, name, "must not already exist in volumeMounts"));
    }
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      errors.push(invalid(`${path}.devicePath`, devicePath, "must not already exist as a path in volumeMounts"));
    }
    if (name !== "") names.add(name);
  });
}
