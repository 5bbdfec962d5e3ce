import type { KeyValue } from "@skiff/store";
import type { ApiObject } from "./api-object.ts";
import type { Codec } from "./codec.ts";

/** Objects whose bytes this process made itself: known to the cache without being decoded again. */
const knownObjects = new Map<Uint8Array, ApiObject>();

/** Remembers what `bytes` decode to while `write` is under way, during which the cache takes them in. The object is then the cache's. */
export async function withKnownObject<T>(bytes: Uint8Array, object: ApiObject, write: () => Promise<T>): Promise<T> {
  knownObjects.set(bytes, object);
  try {
    return await write();
  } finally {
    knownObjects.delete(bytes);
  }
}

/** One object at one revision: decoded at most once, encoded at most once, shared by all who read it. */
export class Entry {
  /** `namespace/name`, or `name` of a cluster-scoped object. */
  readonly key: string;
  readonly revision: number;
  readonly #codec: Codec;
  #stored: Uint8Array | undefined;
  #served: Buffer | undefined;
  #object: ApiObject | undefined;
  /** What `object` will be, not frozen yet: many objects are written and never read as anything but bytes. */
  #known: ApiObject | undefined;

  constructor(key: string, kv: KeyValue, codec: Codec) {
    this.key = key;
    this.revision = kv.modRevision;
    this.#codec = codec;
    this.#stored = kv.value;
    const known = knownObjects.get(kv.value);
    if (known && !Object.isFrozen(known)) {
      (known.metadata as { resourceVersion?: string }).resourceVersion = String(kv.modRevision);
      this.#known = known;
    }
  }

  /** The object with its resourceVersion, deeply frozen. */
  get object(): ApiObject {
    this.#object ??= deepFreeze(this.#known ?? this.#decode());
    this.#known = undefined;
    return this.#object;
  }

  /** The JSON a client is sent. */
  get json(): Buffer {
    if (this.#served === undefined) {
      this.#served = this.#codec.serve(this.#stored ?? this.#codec.encode(this.object), this.revision);
      this.#stored = undefined;
    }
    return this.#served;
  }

  #decode(): ApiObject {
    if (this.#stored) return this.#codec.decode(this.#stored, this.revision);
    return JSON.parse((this.#served ?? Buffer.alloc(0)).toString()) as ApiObject;
  }
}

function deepFreeze<T extends object>(object: T): T {
  for (const value of Object.values(object)) {
    if (typeof value === "object" && value !== null && !Object.isFrozen(value)) deepFreeze(value);
  }
  return Object.freeze(object);
}
