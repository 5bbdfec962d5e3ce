/**
 * The stored form of a custom resource is its JSON in the version it is stored in. What is read is brought to the version
 * asked for, and to what that version's schema says now: objects may be older than it.
 */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import { objectTypeOf } from "@skiff/api/server";
import type { ApiObject, Draft } from "../state/api-object.ts";
import type { Codec } from "../state/codec.ts";

/** The codec of one version; `storage` is the version written. */
export function customCodec(info: ResourceInfo, storage: string): Codec {
  const { kind, group } = info;
  const apiVersion = apiVersionOf(info);
  const storedAs = apiVersionOf({ group, version: storage });
  const type = objectTypeOf(info);

  const decode = (stored: Uint8Array, revision: number): ApiObject => {
    const read = JSON.parse(Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString()) as Draft;
    const object = type.fromStorage ? type.fromStorage(read) : read;
    const { metadata, kind: _kind, apiVersion: _apiVersion, ...rest } = object as Draft;
    metadata.resourceVersion = String(revision);
    return { kind, apiVersion, metadata, ...rest } as ApiObject;
  };
  return {
    versioned: true,
    encode(object) {
      const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object;
      const stored = { kind, apiVersion: storedAs, metadata: { ...metadata, resourceVersion: undefined }, ...rest };
      return Buffer.from(JSON.stringify(stored));
    },
    decode,
    serve: (stored, revision) => Buffer.from(JSON.stringify(decode(stored, revision))),
  };
}
