import { setTimeout as delay } from "node:timers/promises";
import type { Store } from "@skiff/store";
import type { Log } from "../server-options.ts";

/** Where an API server is reached. */
export interface ServerEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Which API servers share a store: each writes a key that ends with its lease. */
export interface ServerPresence {
  /** Says that this server is there, and gives all that are. To be called more often than `LEASE_SECONDS`. */
  announce(): Promise<readonly ServerEndpoint[]>;
  /** Takes this server off at once. A store that does not answer holds it up for a second at most: the lease ends by itself. */
  leave(): Promise<void>;
}

const PREFIX = "/servers/";
/** How long a server that ended without leaving is still counted. */
const LEASE_SECONDS = 30;
const LEAVE_MS = 1000;

/** The presence of the server at `self`. */
export function createServerPresence(store: Store, self: ServerEndpoint, log: Pick<Log, "warn">): ServerPresence {
  const key = `${PREFIX}${self.address}:${self.port}`;
  let lease: number | undefined;
  let left = false;
  return {
    async announce() {
      if (!left && (lease === undefined || !(await store.keepAlive(lease)))) {
        lease = await store.lease(LEASE_SECONDS);
        await store.txn([], [{ put: { key, value: Buffer.from(JSON.stringify(self)), lease } }]);
      }
      const { kvs } = await store.range(PREFIX);
      return kvs.map(({ value }) => JSON.parse(Buffer.from(value).toString()) as ServerEndpoint);
    },
    async leave() {
      left = true;
      if (lease === undefined) return;
      const revoked = store.revoke(lease).catch((error) => log.warn("cannot take this server off the list", { error }));
      await Promise.race([revoked, delay(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}
