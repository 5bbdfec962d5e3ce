import type { Connection } from "./connection.ts";
import { toStoreError } from "./failure.ts";
import type { Event } from "./generated/etcd-api.ts";
import { watchFailure } from "./watch-failure.ts";

/**
 * The changes of a key or range from revision `from` to `to`, of which at least one must be at `to`. One attempt: throws
 * the store's errors when the member fails or the history is gone.
 */
export async function* readHistory(
  connection: Connection,
  range: { readonly key: Buffer; readonly rangeEnd?: Buffer },
  from: number,
  to: number,
): AsyncGenerator<readonly Event[], void, undefined> {
  try {
    for await (const response of connection.open("Watch", { createRequest: { ...range, startRevision: from } })) {
      if (response.canceled) throw watchFailure(response);
      yield response.events.filter(({ kv }) => kv !== undefined && kv.modRevision <= to);
      if ((response.events.at(-1)?.kv?.modRevision ?? 0) >= to) return;
    }
  } catch (error) {
    throw toStoreError(error, from);
  }
}
