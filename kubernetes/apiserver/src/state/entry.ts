import type { KeyValue } from "@skiff/store";
import type { ApiObject } from "./api-object.ts";
import { BoundedQueue } from "./bounded-queue.ts";
import type { Codec } from "./codec.ts";

/**
 * Objects whose bytes this process is writing: known to the cache without being decoded again. Most
 * are never read as objects by anybody, and should not live longer than their request.
 */
const knownObjects = new Map<Uint8Array, ApiObject>();

/**
 * Objects read lately. Entries hold theirs weakly: what is read again and again stays, what a list of
 * everything decoded once does not. The number is that of decoded objects, the size that of their bytes.
 */
const recent = new BoundedQueue<ApiObject>({ count: 4096, bytes: 4 << 20 });

/** Remembers what `bytes` decode to while `write` is under way, during which the cache takes them in. The object is then the cache's. */
export async function withKnownObject<T>(bytes: Uint8Array, object: ApiObject, write: () => Promise<T>): Promise<T> {
  knownObjects.set(bytes, object);
  try {
    return await write();
  } finally {
    knownObjects.delete(bytes);
  }
}

/** One object at one revision: encoded at most once, decoded seldom, shared by all who read it. */
export class Entry {
  /** `namespace/name`, or `name` of a cluster-scoped object. */
  readonly key: string;
  readonly revision: number;
  /** What is stored is out of date, by its version or by an encryption key: an unchanged object is worth writing again. */
  readonly stale: boolean;
  readonly #codec: Codec;
  /** As stored, until the served form is first asked for. */
  #bytes: Uint8Array;
  #served = false;
  #object: WeakRef<ApiObject> | undefined;
  #message: { readonly typeName: string; readonly bytes: Uint8Array } | undefined;

  constructor(key: string, kv: Pick<KeyValue, "value" | "modRevision" | "stale">, codec: Codec) {
    this.key = key;
    this.revision = kv.modRevision;
    this.stale = kv.stale === true || (codec.isOutdated?.(kv.value) ?? false);
    this.#codec = codec;
    this.#bytes = kv.value;
    const known = knownObjects.get(kv.value);
    if (known && !Object.isFrozen(known))
      (known.metadata as { resourceVersion?: string }).resourceVersion = String(kv.modRevision);
  }

  /** The object with its resourceVersion, deeply frozen. Not always the same one: who needs it for longer keeps it. */
  get object(): ApiObject {
    const known = this.#object?.deref() ?? this.#written();
    if (known && Object.isFrozen(known)) return known;
    const object = deepFreeze(known ?? this.#decode());
    this.#keep(object);
    return object;
  }

  /** Keeps what this process wrote for those who watch, and are about to ask for it. */
  expectReaders(): void {
    const written = this.#written();
    if (written) this.#keep(written);
  }

  #written(): ApiObject | undefined {
    return this.#served ? undefined : knownObjects.get(this.#bytes);
  }

  /** The JSON a client is sent. */
  get json(): Buffer {
    if (!this.#served) {
      this.#bytes = this.#codec.serve(this.#bytes, this.revision);
      this.#served = true;
    }
    return this.#bytes as Buffer;
  }

  /**
   * The protobuf message of the object as the type `typeName`, made by the first that asks and kept: the clients that
   * read it once list and watch all of it.
   */
  message(typeName: string, encode: (object: ApiObject) => Uint8Array): Uint8Array {
    const known = this.#message;
    if (known?.typeName === typeName) return known.bytes;
    const bytes = encode(this.#object?.deref() ?? this.#decode());
    this.#message = { typeName, bytes };
    return bytes;
  }

  /** See `Convertible`. */
  get stored(): Uint8Array | undefined {
    return this.#served ? undefined : this.#bytes;
  }

  /** See `Convertible`. */
  replaceStored(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#object = undefined;
  }

  /** The same object under another revision: the last state of what is gone, under the revision it went with. */
  at(revision: number): Entry {
    const value = this.#codec.encode(this.object);
    return new Entry(this.key, { value, modRevision: revision }, this.#codec);
  }

  #keep(object: ApiObject): void {
    this.#object = new WeakRef(object);
    recent.push(object, this.#bytes.length);
  }

  #decode(): ApiObject {
    if (!this.#served) return this.#codec.decode(this.#bytes, this.revision);
    return JSON.parse((this.#bytes as Buffer).toString()) as ApiObject;
  }
}

function deepFreeze<T extends object>(object: T): T {
  for (const value of Object.values(object)) {
    if (typeof value === "object" && value !== null && !Object.isFrozen(value)) deepFreeze(value);
  }
  return Object.freeze(object);
}
