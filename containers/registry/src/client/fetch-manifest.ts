/** GET /v2/<name>/manifests/<reference> (distribution-spec, "Pulling manifests"). */
import type { Descriptor, Index, Manifest } from "../descriptor.ts";
import { digestOf } from "../digest.ts";
import { RegistryError } from "../errors.ts";
import { DOCKER_INDEX, DOCKER_MANIFEST, isIndex, isManifest, OCI_INDEX, OCI_MANIFEST } from "../media-types.ts";
import { familiarReference, type Reference } from "../reference.ts";
import { drain } from "./answer.ts";
import type { Http } from "./http.ts";
import type { FetchedManifest, FetchOptions } from "./registry-client.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const ACCEPT = [OCI_INDEX, DOCKER_INDEX, OCI_MANIFEST, DOCKER_MANIFEST].join(", ");

/** See RegistryClient.fetchManifest. */
export async function fetchManifest(
  http: Http,
  reference: Reference,
  options: FetchOptions = {},
): Promise<FetchedManifest> {
  const response = await http.request(reference, {
    path: `/manifests/${reference.digest ?? reference.tag ?? "latest"}`,
    headers: { accept: ACCEPT },
    auth: options.auth,
    signal: options.signal,
  });
  if (response.status !== 200) throw await http.failure(response, `manifest for ${familiarReference(reference)}`);
  const bytes = await drain(response, MAX_BYTES);
  const digest = digestOf(bytes);
  if (reference.digest !== undefined && digest !== reference.digest) {
    throw new RegistryError("DIGEST_INVALID", `manifest of ${familiarReference(reference)} has digest ${digest}`);
  }
  const content = parseManifest(bytes, familiarReference(reference));
  const mediaType = content.mediaType ?? response.headers.get("content-type")?.split(";")[0]?.trim() ?? OCI_MANIFEST;
  if (!isIndex(mediaType) && !isManifest(mediaType)) {
    throw new RegistryError(
      "UNSUPPORTED",
      `manifest of ${familiarReference(reference)} is of the unsupported type ${mediaType}`,
    );
  }
  return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes, content };
}

/** Decodes and checks the parts of a manifest or index that are relied on. Throws MANIFEST_INVALID naming `what`. */
export function parseManifest(bytes: Uint8Array, what: string): Manifest | Index {
  const value = parseJson(bytes, what);
  const { schemaVersion, config, layers, manifests } = value;
  if (schemaVersion !== 2)
    throw new RegistryError(
      "MANIFEST_INVALID",
      `manifest of ${what}: schema version ${JSON.stringify(schemaVersion)?.slice(0, 40)} is not supported`,
    );
  const lists = manifests === undefined ? [layers, [config]] : [manifests];
  for (const list of lists) {
    if (!Array.isArray(list) || !list.every(isDescriptor)) {
      throw new RegistryError("MANIFEST_INVALID", `manifest of ${what} has a malformed list of descriptors`);
    }
  }
  return value as unknown as Manifest | Index;
}

function parseJson(bytes: Uint8Array, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RegistryError("MANIFEST_INVALID", `manifest of ${what} is not JSON`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RegistryError("MANIFEST_INVALID", `manifest of ${what} is not a JSON object`);
  }
  return value as Record<string, unknown>;
}

/** Whether the value points at content as the image specification says. */
export function isDescriptor(value: unknown): value is Descriptor {
  if (typeof value !== "object" || value === null) return false;
  const { mediaType, digest, size, annotations, platform } = value as Partial<Record<keyof Descriptor, unknown>>;
  return (
    isTextMap(annotations) &&
    (platform === undefined || platform === null || typeof platform === "object") &&
    typeof mediaType === "string" &&
    typeof digest === "string" &&
    /^sha256:[0-9a-f]{64}$/.test(digest) &&
    typeof size === "number" &&
    Number.isSafeInteger(size) &&
    size >= 0
  );
}

function isTextMap(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.values(value).every((each) => typeof each === "string");
}
