import type { Connection } from "./connection.ts";
import type { Event } from "./generated/etcd-api.ts";
import { watchFailure } from "./watch-failure.ts";

/**
 * The changes of a key or range from revision `from` to `to`, of which at least one must be at `to`. One attempt: rejects with the gRPC
 * error when the member fails, and with the store's where it ended the watch.
 */
export async function* readHistory(
  connection: Pick<Connection, "open">,
  range: { readonly key: Buffer; readonly rangeEnd?: Buffer },
  from: number,
  to: number,
): AsyncGenerator<readonly Event[], void, undefined> {
  for await (const response of connection.open("Watch", { createRequest: { ...range, startRevision: from } })) {
    if (response.canceled) throw watchFailure(response);
    yield response.events.filter(({ kv }) => kv !== undefined && kv.modRevision <= to);
    if ((response.events.at(-1)?.kv?.modRevision ?? 0) >= to) return;
  }
}
