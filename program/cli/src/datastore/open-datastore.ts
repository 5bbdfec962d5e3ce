import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "@skiff/api";
import { openSqliteStore, type Store } from "@skiff/store";
import type { Layout } from "../layout.ts";
import type { Datastore, EtcdDatastore } from "./parse-datastore.ts";

/** Opens the store an instance keeps its state in. Throws when it cannot be reached, or a file of its configuration not be read. */
export async function openDatastore(datastore: Datastore, layout: Layout, log: Logger): Promise<Store> {
  if (datastore.type === "etcd") {
    // Loaded only here: gRPC costs every start 40 ms.
    const { openEtcdStore } = await import("@skiff/store/etcd");
    const user =
      datastore.user === undefined ? {} : { user: { name: datastore.user, password: passwordOf(datastore) } };
    const tls = datastore.tls ? { tls: tlsOf(datastore) } : {};
    return openEtcdStore({ endpoints: datastore.endpoints, prefix: datastore.prefix, log, ...user, ...tls });
  }
  mkdirSync(layout.store, { recursive: true, mode: 0o700 });
  return openSqliteStore({ path: join(layout.store, "state.db"), log });
}

function tlsOf({ ca, cert, key }: EtcdDatastore) {
  return {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
  };
}

function passwordOf({ user, passwordFile }: EtcdDatastore): string {
  if (passwordFile !== undefined) return readFileSync(passwordFile, "utf8").replace(/\r?\n$/, "");
  const password = process.env.SKIFF_DATASTORE_PASSWORD;
  if (password === undefined) {
    throw new Error(
      `the datastore's user "${user}" needs a password: ?password-file=FILE, or SKIFF_DATASTORE_PASSWORD`,
    );
  }
  return password;
}
