import assert from "node:assert/strict";
import { it } from "node:test";
import { status } from "@grpc/grpc-js";
import { type Connection, createConnection } from "./connection.ts";
import type { TxnRequest } from "./generated/etcd-api.ts";
import { createKeySpace } from "./key-space.ts";
import { createTransactions } from "./transact.ts";

const keys = createKeySpace("/skiff");
const refused = () => Object.assign(new Error("refused"), { code: status.UNAVAILABLE, details: "ECONNREFUSED" });

it("a transaction without an answer is looked for until a member tells, also when the next one dies too", async () => {
  const asked: string[] = [];
  let name: Buffer | undefined;
  const connection = createConnection({ endpoints: ["a:1", "b:1", "c:1"], prefix: "/skiff", log: { warn: () => {} } });
  const answers: Pick<Connection, "attempt" | "open"> = {
    // Carried out at revision 5, but nobody is told.
    attempt: (async (method: string, request: TxnRequest) => {
      asked.push(method);
      if (method === "Range") return { kvs: [{ modRevision: 5 }] };
      name ??= request.success?.at(-1)?.requestPut?.value as Buffer;
      throw refused();
    }) as Connection["attempt"],
    open: async function* () {
      asked.push("Watch");
      if (asked.filter((method) => method === "Watch").length === 1) throw refused();
      yield { canceled: false, events: [{ kv: { modRevision: 5, value: name } }] };
    } as unknown as Connection["open"],
  };
  const { txn } = createTransactions(Object.assign(connection, answers), keys, () => 4);
  const result = await txn([{ key: "/a", modRevision: 0 }], [{ put: { key: "/a", value: Buffer.from("1") } }]);
  assert.deepEqual(result, { ok: true, revision: 5 });
  assert.deepEqual(asked, ["Txn", "Range", "Watch", "Watch"]);
  connection[Symbol.dispose]();
});
