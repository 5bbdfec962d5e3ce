import { after, before } from "node:test";
import { startEtcd, type TestEtcd } from "../testing/start-etcd.ts";
import { storageSuite } from "../testing/storage-suite.ts";
import { openEtcdStore } from "./etcd-store.ts";

const log = { warn: () => {} };
let etcd: TestEtcd;
let stores = 0;

const stop = new AsyncDisposableStack();
before(async () => {
  etcd = await startEtcd({ after: (fn) => stop.defer(fn) });
});
after(() => stop.disposeAsync());

storageSuite("etcd", async (t) => {
  stores += 1;
  const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: `/test-${stores}`, log, patienceMs: 5000 });
  t.after(async () => store[Symbol.asyncDispose]());
  return store;
});
