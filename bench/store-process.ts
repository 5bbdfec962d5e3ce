/** Durable writes of the store alone: `store-process.ts FILE CONCURRENCY MILLISECONDS BYTES`. */
import { openSqliteStore } from "@skiff/store";

const [path = "", concurrency = "1", milliseconds = "1000", bytes = "1024"] = process.argv.slice(2);
const store = await openSqliteStore({ path, log: { error: (message) => process.stderr.write(`${message}\n`) } });
const value = new Uint8Array(Number(bytes)).fill(120);
let next = 0;
let done = 0;
const started = performance.now();
const writer = async () => {
  while (performance.now() - started < Number(milliseconds)) {
    const key = `/registry/core/configmaps/default/${next++}`;
    await store.txn([{ key, modRevision: 0 }], [{ put: { key, value } }]);
    done++;
  }
};
await Promise.all(Array.from({ length: Number(concurrency) }, writer));
process.send?.((done / (performance.now() - started)) * 1000);
await store[Symbol.asyncDispose]();
process.disconnect?.();
