/**
 * The stored form of an object is its JSON without `resourceVersion`, which is not known before it is stored. Kind,
 * apiVersion and metadata come first, so that the served form is made by splicing the version in after a prefix that
 * is the same for all objects of a resource.
 */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import type { ApiObject } from "./api-object.ts";

/** An entry, as far as conversion goes. */
export interface Convertible {
  /** What is stored, until the served form has been made of it. */
  readonly stored: Uint8Array | undefined;
  /** Takes other bytes for what is stored: the same object in another version. */
  replaceStored(bytes: Uint8Array): void;
}

/** Converts between objects and their stored and served bytes for one resource. */
export interface Codec {
  /** The bytes to store; `metadata.resourceVersion` is left out. */
  encode(object: ApiObject): Buffer;
  decode(stored: Uint8Array, revision: number): ApiObject;
  /** Set where the same bytes are another object in another version: what was written is not what others read. */
  readonly versioned?: boolean;
  /** Whether the bytes are of a version that is no longer the stored one. */
  isOutdated?(stored: Uint8Array): boolean;
  /** Brings entries to the codec's version, where that takes asking somebody else. Throws StatusError. */
  convert?(entries: readonly Convertible[]): Promise<void>;
  /** The object in the version that is stored, where that takes asking somebody else. Throws StatusError. */
  toStorage?(object: ApiObject): Promise<ApiObject>;
  /** What a client gets. */
  serve(stored: Uint8Array, revision: number): Buffer;
}

/** The codec of the resource as stored. */
export function createCodec(info: ResourceInfo): Codec {
  const kind = info.kind;
  const apiVersion = apiVersionOf(info);
  const prefix = Buffer.from(`${JSON.stringify({ kind, apiVersion }).slice(0, -1)},"metadata":{`);

  const decode = (stored: Uint8Array, revision: number): ApiObject => {
    const object = JSON.parse(asBuffer(stored).toString()) as { metadata: { resourceVersion?: string } } & ApiObject;
    object.metadata.resourceVersion = String(revision);
    return object;
  };

  return {
    encode(object) {
      const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object;
      return Buffer.from(
        JSON.stringify({ kind, apiVersion, metadata: { ...metadata, resourceVersion: undefined }, ...rest }),
      );
    },
    decode,
    serve(stored, revision) {
      const bytes = asBuffer(stored);
      // Bytes another program wrote need not begin the way ours do.
      if (bytes.compare(prefix, 0, prefix.length, 0, prefix.length) !== 0) {
        return Buffer.from(JSON.stringify(decode(stored, revision)));
      }
      const version = `"resourceVersion":"${revision}",`;
      const out = Buffer.allocUnsafe(bytes.length + version.length);
      bytes.copy(out, 0, 0, prefix.length);
      out.write(version, prefix.length, "latin1");
      bytes.copy(out, prefix.length + version.length, prefix.length);
      return out;
    },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
