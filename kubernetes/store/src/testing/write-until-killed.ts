/** The victim of the durability test: writes as fast as it can and prints each write once it is acknowledged. */
import { openSqliteStore } from "../sqlite/sqlite-store.ts";

const path = process.argv[2];
if (path === undefined) throw new Error("usage: write-until-killed.ts FILE");
const store = await openSqliteStore({ path, log: { error: (message) => process.stderr.write(`${message}\n`) } });
let next = 0;
const writer = async () => {
  for (;;) {
    const key = `/load/${next++}`;
    const result = await store.txn([{ key, modRevision: 0 }], [{ put: { key, value: new TextEncoder().encode(key) } }]);
    if (result.ok) process.stdout.write(`${key} ${result.revision};\n`);
  }
};
await Promise.all(Array.from({ length: 32 }, writer));
