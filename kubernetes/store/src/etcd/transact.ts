/** Transactions, and finding out what became of one whose answer was lost. */
import { randomBytes } from "node:crypto";
import { BadRequestError, StoreUnavailableError } from "../errors.ts";
import type { Compare, KeyValue, Op, TxnResult } from "../store.ts";
import type { Connection } from "./connection.ts";
import { toKeyValue } from "./convert.ts";
import { failureOf, toStoreError } from "./failure.ts";
import { CompareTarget, type RequestOp, type ResponseOp, type TxnRequest } from "./generated/etcd-api.ts";
import type { KeySpace } from "./key-space.ts";
import { readHistory } from "./read-history.ts";

/** Carries out transactions. */
export interface Transactions {
  txn(compares: readonly Compare[], ops: readonly Op[]): Promise<TxnResult>;
}

/**
 * Transactions on a connection. `seen` gives a revision known to have passed.
 *
 * A member that dies may have carried a transaction out without saying so. Each transaction therefore writes its own name
 * into the marker, and one without an answer is looked for in the marker's history: it succeeded, or it is tried again.
 */
export function createTransactions(connection: Connection, keys: KeySpace, seen: () => number): Transactions {
  const self = randomBytes(9).toString("base64url");
  let count = 0;

  const read = (key: string): RequestOp => ({ requestRange: { key: keys.toWire(key) } });
  const currentOf = (responses: readonly ResponseOp[]): (KeyValue | undefined)[] =>
    responses.slice(0, -1).map(({ responseRange }) => {
      const kv = responseRange?.kvs[0];
      return kv && toKeyValue(keys, kv);
    });
  const markerRevision = (responses: readonly ResponseOp[], otherwise: number): number =>
    responses.at(-1)?.responseRange?.kvs[0]?.modRevision ?? otherwise;

  const toRequest = (compares: readonly Compare[], ops: readonly Op[], name: string): TxnRequest => ({
    compare: compares.map(({ key, modRevision }) => ({
      key: keys.toWire(key),
      target: CompareTarget.MOD,
      modRevision,
    })),
    success: [
      ...ops.map((op) => toRequestOp(op, keys)),
      ...(ops.length === 0 ? [] : [{ requestPut: { key: keys.marker, value: Buffer.from(name) } }]),
    ],
    failure: [...compares.map(({ key }) => read(key)), { requestRange: { key: keys.marker, keysOnly: true } }],
  });

  /** The revision the named transaction was carried out at, if it was, among those after `since`. */
  const revisionOf = async (name: string, since: number): Promise<number | undefined> => {
    const { kvs } = await connection.call("Range", { key: keys.marker });
    const last = kvs[0]?.modRevision ?? 0;
    if (last <= since) return undefined;
    const look = async (): Promise<number | undefined> => {
      for await (const events of readHistory(connection, { key: keys.marker }, since + 1, last)) {
        const found = events.find(({ kv }) => kv && Buffer.from(kv.value).toString() === name);
        if (found) return found.kv?.modRevision;
      }
      return undefined;
    };
    try {
      return await connection.persist(look);
    } catch (error) {
      throw toStoreError(error, since + 1);
    }
  };

  const carryOut = async (compares: readonly Compare[], ops: readonly Op[]): Promise<TxnResult> => {
    count += 1;
    const name = `${self}-${count}`;
    const request = toRequest(compares, ops, name);
    const since = seen();
    const deadline = connection.deadline();
    let inDoubt = false;
    for (let round = 0; ; round++) {
      try {
        const { succeeded, responses, header } = await connection.attempt("Txn", request);
        const revision = header?.revision ?? 0;
        if (succeeded) return { ok: true, revision };
        const earlier = inDoubt ? await revisionOf(name, since) : undefined;
        if (earlier !== undefined) return { ok: true, revision: earlier };
        return { ok: false, revision: markerRevision(responses, revision), current: currentOf(responses) };
      } catch (error) {
        if (failureOf(error) !== "again" && failureOf(error) !== "token") throw toStoreError(error);
        if (failureOf(error) === "again") inDoubt = true;
        if (!(await connection.recover(error, round, deadline))) throw toStoreError(error);
        const earlier = inDoubt ? await revisionOf(name, since) : undefined;
        if (earlier !== undefined) return { ok: true, revision: earlier };
      }
    }
  };

  return {
    async txn(compares, ops) {
      check(ops);
      const blind = blindDeletes(compares, ops);
      if (blind === undefined) return carryOut(compares, ops);
      // Deleting what is not there must take no revision: the marker is written only when something is.
      for (let round = 0; round < 100; round++) {
        const found = await Promise.all(
          blind.map(async (key) => (await connection.call("Range", { key: keys.toWire(key) })).kvs[0]),
        );
        const present = found.flatMap((kv) => (kv ? [toKeyValue(keys, kv)] : []));
        const known = present.map(({ key, modRevision }): Compare => ({ key, modRevision }));
        const result = await carryOut(
          [...compares, ...known],
          present.map(({ key }): Op => ({ delete: { key } })),
        );
        if (result.ok) return result;
        const current = result.current.slice(0, compares.length);
        if (compares.some(({ modRevision }, i) => modRevision !== (current[i]?.modRevision ?? 0))) {
          return { ok: false, revision: result.revision, current };
        }
      }
      throw new StoreUnavailableError("the keys to delete do not stay the same for a moment");
    },
  };
}

function toRequestOp(op: Op, keys: KeySpace): RequestOp {
  if ("delete" in op) return { requestDeleteRange: { key: keys.toWire(op.delete.key) } };
  const { key, value, lease } = op.put;
  return { requestPut: { key: keys.toWire(key), value, lease } };
}

/** The keys of a transaction that only deletes, when it does not compare them: they may be missing. */
function blindDeletes(compares: readonly Compare[], ops: readonly Op[]): string[] | undefined {
  if (ops.some((op) => "put" in op)) return undefined;
  const keys = ops.map((op) => ("delete" in op ? op.delete.key : ""));
  const certain = new Set(compares.filter(({ modRevision }) => modRevision > 0).map(({ key }) => key));
  return keys.every((key) => certain.has(key)) && keys.length > 0 ? undefined : keys;
}

function check(ops: readonly Op[]): void {
  const seen = new Set<string>();
  for (const op of ops) {
    const { key } = "put" in op ? op.put : op.delete;
    if (seen.has(key)) throw new BadRequestError(`Cannot write "${key}" twice in one transaction`);
    seen.add(key);
  }
}
