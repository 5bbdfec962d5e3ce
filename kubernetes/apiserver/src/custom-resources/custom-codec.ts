/**
 * The stored form of a custom resource is its JSON in the version it is stored in. What is read is brought to the version
 * asked for, and to what that version's schema says now: objects may be older than it.
 */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import { objectTypeOf } from "@skiff/api/server";
import type { ApiObject, Draft } from "../state/api-object.ts";
import { type Codec, createCodec } from "../state/codec.ts";
import type { ConvertObjects } from "./conversion-webhook.ts";

/** The codec of one version; `storage` is the version written. Without a `webhook`, versions differ in name and schema only. */
export function customCodec(info: ResourceInfo, storage: string, webhook?: ConvertObjects): Codec {
  const { kind, group, version } = info;
  const apiVersion = apiVersionOf(info);
  const storedAs = apiVersionOf({ group, version: storage });
  const type = objectTypeOf(info);
  const plain = createCodec(info);
  /** What this codec has written is as this version shows it already. */
  const own = new WeakSet<Uint8Array>();

  const decode = (stored: Uint8Array, revision: number): ApiObject => {
    const read = parse(stored);
    const object = type.fromStorage ? type.fromStorage(read) : read;
    const { metadata, kind: _kind, apiVersion: _apiVersion, ...rest } = object as Draft;
    metadata.resourceVersion = String(revision);
    return { kind, apiVersion, metadata, ...rest } as ApiObject;
  };
  const codec: Codec = {
    versioned: true,
    isOutdated: (stored) => !isOfVersion(stored, kind, storedAs),
    encode(object) {
      if (version === storage) {
        const bytes = plain.encode(object);
        own.add(bytes);
        return bytes;
      }
      const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object;
      return bytesOf({ kind, apiVersion: storedAs, metadata: { ...metadata, resourceVersion: undefined }, ...rest });
    },
    decode,
    serve: (stored, revision) => (own.has(stored) ? plain.serve(stored, revision) : bytesOf(decode(stored, revision))),
  };
  if (!webhook) return codec;
  return {
    ...codec,
    async convert(entries) {
      const others = entries.filter(({ stored }) => stored && !isOfVersion(stored, kind, apiVersion));
      if (others.length === 0) return;
      const converted = await webhook(
        others.map(({ stored }) => parse(stored ?? new Uint8Array()) as ApiObject),
        version,
      );
      others.forEach((entry, index) => {
        const object = converted[index];
        if (object) entry.replaceStored(bytesInOrder(object));
      });
    },
    async toStorage(object) {
      if (version === storage) return object;
      const [converted] = await webhook([{ ...object, kind, apiVersion }], storage);
      return converted ?? object;
    },
  };
}

/** Kind and version come first in what is stored: what `isOfVersion` looks at. */
function bytesInOrder({ kind, apiVersion, metadata, ...rest }: ApiObject): Buffer {
  return bytesOf({ kind, apiVersion, metadata, ...rest });
}

function bytesOf(object: object): Buffer {
  return Buffer.from(JSON.stringify(object));
}

function parse(stored: Uint8Array): Draft {
  return JSON.parse(Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString()) as Draft;
}

function isOfVersion(stored: Uint8Array, kind: string, apiVersion: string): boolean {
  const prefix = `${JSON.stringify({ kind, apiVersion }).slice(0, -1)},`;
  return Buffer.from(stored.buffer, stored.byteOffset, Math.min(prefix.length, stored.length)).toString() === prefix;
}
