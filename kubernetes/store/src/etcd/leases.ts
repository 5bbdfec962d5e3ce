import { randomInt } from "node:crypto";
import type { Connection } from "./connection.ts";
import { failureOf, toStoreError } from "./failure.ts";

/** A new lease. etcd counts whole seconds, and raises what is shorter than an election takes. */
export async function grant(connection: Connection, ttlSeconds: number): Promise<number> {
  const TTL = Math.max(1, Math.ceil(ttlSeconds));
  for (;;) {
    // Chosen here, as etcd itself chooses numbers beyond 2^53.
    const ID = randomInt(1, 2 ** 48 - 1);
    try {
      return (await connection.persist(() => connection.attempt("LeaseGrant", { ID, TTL }))).ID;
    } catch (error) {
      if (failureOf(error) !== "lease-exists") throw toStoreError(error);
    }
  }
}

/** Renews a lease; false when it has ended. */
export async function keepAlive(connection: Connection, ID: number): Promise<boolean> {
  try {
    return await connection.persist(async () => {
      for await (const { TTL } of connection.open("LeaseKeepAlive", { ID })) return TTL > 0;
      return false;
    });
  } catch (error) {
    throw toStoreError(error);
  }
}

/** Ends a lease and deletes its keys; one that has ended already is fine. */
export async function revoke(connection: Connection, ID: number): Promise<void> {
  try {
    await connection.persist(() => connection.attempt("LeaseRevoke", { ID }));
  } catch (error) {
    if (failureOf(error) !== "no-lease") throw toStoreError(error);
  }
}
