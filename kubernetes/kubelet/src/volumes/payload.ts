/** The files a configuration volume shows, computed from the objects it projects. Pure. */
import type { ConfigMap, DownwardAPIVolumeFile, KeyToPath, Secret } from "@skiff/api/core/v1";
import { type PodFacts, podField, resourceField } from "../spec/pod-fields.ts";

export interface PayloadFile {
  readonly data: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** By path below the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

export interface Selected {
  readonly items?: readonly KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
}

/** The files of a ConfigMap; without `items` one per key. Throws for a key that is not there, unless optional. */
export function configMapPayload(map: ConfigMap | undefined, selected: Selected, mode: number): Payload {
  const entries = new Map<string, Uint8Array>();
  for (const [key, text] of Object.entries(map?.data ?? {})) entries.set(key, Buffer.from(text));
  for (const [key, base64] of Object.entries(map?.binaryData ?? {})) entries.set(key, Buffer.from(base64, "base64"));
  return select(entries, selected, mode, "configmap references non-existent config key");
}

/** The files of a Secret, as `configMapPayload`. */
export function secretPayload(secret: Secret | undefined, selected: Selected, mode: number): Payload {
  const entries = new Map<string, Uint8Array>();
  for (const [key, base64] of Object.entries(secret?.data ?? {})) entries.set(key, Buffer.from(base64, "base64"));
  return select(entries, selected, mode, "references non-existent secret key");
}

function select(
  entries: ReadonlyMap<string, Uint8Array>,
  { items, optional }: Selected,
  mode: number,
  complaint: string,
): Payload {
  if (!items?.length) return new Map([...entries].map(([path, data]) => [checkedPath(path), { data, mode }]));
  const payload = new Map<string, PayloadFile>();
  for (const item of items) {
    const data = entries.get(item.key);
    if (data) payload.set(checkedPath(item.path), { data, mode: item.mode ?? mode });
    else if (!optional) throw new Error(`${complaint}: ${item.key}`);
  }
  return payload;
}

/** The files of a downwardAPI volume. */
export function downwardPayload(items: readonly DownwardAPIVolumeFile[], facts: PodFacts, mode: number): Payload {
  const payload = new Map<string, PayloadFile>();
  for (const item of items) {
    const text = item.fieldRef
      ? podField(facts, item.fieldRef.fieldPath)
      : item.resourceFieldRef
        ? resourceField(facts, item.resourceFieldRef)
        : "";
    payload.set(checkedPath(item.path), { data: Buffer.from(text), mode: item.mode ?? mode });
  }
  return payload;
}

/** `path` if it stays inside the volume and does not touch the writer's own names. */
export function checkedPath(path: string): string {
  const segments = path.split("/");
  const bad = path === "" || path.startsWith("/") || segments.includes("..") || path.startsWith("..");
  if (bad || path.length > 4096) throw new Error(`invalid path in volume: ${JSON.stringify(path)}`);
  return segments.filter((segment) => segment !== "" && segment !== ".").join("/");
}
