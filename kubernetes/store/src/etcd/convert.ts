/** etcd's messages as the store's values. */
import type { KeyValue, StoreEvent } from "../store.ts";
import { type Event, EventType, type KeyValue as WireKeyValue } from "./generated/etcd-api.ts";
import type { KeySpace } from "./key-space.ts";

/** A key as a read found it. */
export function toKeyValue(keys: KeySpace, kv: WireKeyValue): KeyValue {
  const { value, createRevision, modRevision, version, lease } = kv;
  const plain = { key: keys.fromWire(kv.key), value, createRevision, modRevision, version };
  return lease === 0 ? plain : { ...plain, lease };
}

/** A change as a watch reports it. */
export function toEvent(keys: KeySpace, { type, kv, prevKv }: Event): StoreEvent[] {
  if (!kv) return [];
  const event: StoreEvent = { type: type === EventType.DELETE ? "delete" : "put", kv: toKeyValue(keys, kv) };
  return [prevKv ? { ...event, prev: toKeyValue(keys, prevKv) } : event];
}
