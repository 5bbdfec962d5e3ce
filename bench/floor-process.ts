/**
 * What any server on this store and Node's HTTP can do: `floor-process.ts FILE BYTES` reads each request's body, stores that many bytes
 * durably under a new key, and answers with as many. It decodes, checks and remembers nothing.
 */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAuthority } from "@skiff/apiserver/pki";
import { openSqliteStore } from "@skiff/store";

const [path = "", bytes = "1024"] = process.argv.slice(2);
const authority = await createAuthority({ cn: "skiff-bench" });
const serving = await authority.issue({ cn: "localhost", sans: ["localhost", "127.0.0.1"], usages: ["server"] });
const store = await openSqliteStore({ path, log: { error: (message) => process.stderr.write(`${message}\n`) } });
const value = Buffer.alloc(Number(bytes), "x");
let next = 0;
const server = createServer(serving, (request, response) => {
  request.resume();
  request.once("end", async () => {
    const key = `/registry/core/configmaps/default/${next++}`;
    await store.txn([{ key, modRevision: 0 }], [{ put: { key, value } }]);
    response.writeHead(201, { "content-type": "application/json", "content-length": value.length });
    response.end(value);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.send?.(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
