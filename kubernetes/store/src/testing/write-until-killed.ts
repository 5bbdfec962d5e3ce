/** The victim of the durability tests: writes as fast as it can and prints each write once it is acknowledged. */
import { openSqliteStore } from "../sqlite/sqlite-store.ts";

const [, , path, run = "0"] = process.argv;
if (path === undefined) throw new Error("usage: write-until-killed.ts FILE [RUN]");
const store = await openSqliteStore({ path, log: { error: (message) => process.stderr.write(`${message}\n`) } });
let next = 0;
const writer = async () => {
  for (;;) {
    const name = `${run}/${next++}`;
    const value = new TextEncoder().encode(name);
    const pair = [`/load/${name}`, `/twin/${name}`];
    const result = await store.txn(
      pair.map((key) => ({ key, modRevision: 0 })),
      pair.map((key) => ({ put: { key, value } })),
    );
    if (result.ok) process.stdout.write(`${name} ${result.revision};\n`);
  }
};
await Promise.all(Array.from({ length: 32 }, writer));
