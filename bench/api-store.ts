/** Durable writes of the store alone: `api-store.ts FILE CONCURRENCY MILLISECONDS`. */
import { openSqliteStore } from "@skiff/store";

const [path = "", concurrency = "1", milliseconds = "1000"] = process.argv.slice(2);
const store = await openSqliteStore({ path, log: { error: (message) => process.stderr.write(`${message}\n`) } });
const value = new TextEncoder().encode(
  JSON.stringify({ data: { text: "x".repeat(800) }, metadata: { uid: "u".repeat(200) } }),
);
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
