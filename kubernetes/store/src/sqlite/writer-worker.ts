/** The thread that owns the write connection: takes WriterCall messages, answers each with a WriterReply. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type Packed, packOutcomes, unpackTxns } from "./commit-messages.ts";
import { createCommitter } from "./committer.ts";
import { describeFailure } from "./failure.ts";
import { LARGEST_GROUP } from "./group-commit.ts";
import { openDatabase } from "./schema.ts";
import type { WriterCall, WriterReply, WriterStart } from "./writer.ts";

const { path, values } = workerData as WriterStart;
const db = openDatabase(path);
const committer = createCommitter(db);
const port = portOf(parentPort);

port.on("message", (first: Message) => {
  const calls: WriterCall[] = [];
  for (const message of gathered(first)) {
    if (message === "close") {
      answer(calls);
      db.close();
      port.close();
      return;
    }
    calls.push(message);
  }
  answer(calls);
});
port.postMessage("ready");

type Message = WriterCall | "close";

/** What has arrived while the last fsync was waited for. */
function* gathered(first: Message): IterableIterator<Message> {
  yield first;
  for (let n = 1; n < LARGEST_GROUP; n++) {
    const next = receiveMessageOnPort(port);
    if (next === undefined) return;
    yield next.message;
  }
}

/** Carries the calls out in order. Neighbouring commits become one transaction: they share its fsync, and its failure. */
function answer(calls: readonly WriterCall[]): void {
  const replies: WriterReply[] = [];
  let at = 0;
  while (at < calls.length) {
    let end = at + 1;
    while (calls[at]?.method === "commit" && calls[end]?.method === "commit") end++;
    const together = calls.slice(at, end);
    replies.push(...(calls[at]?.method === "commit" ? commit(together) : together.map(carryOut)));
    at = end;
  }
  port.postMessage(replies);
}

function commit(calls: readonly WriterCall[]): WriterReply[] {
  const batches = calls.map((call) => unpackTxns(call.args[0] as Packed, values));
  try {
    const outcomes = committer.commit(batches.flat());
    let from = 0;
    return calls.map(({ id }, i) => {
      const result = outcomes.slice(from, from + (batches[i]?.length ?? 0));
      from += result.length;
      return { id, result: packOutcomes(result) };
    });
  } catch (error) {
    return calls.map(({ id }) => ({ id, failure: describeFailure(error) }));
  }
}

function carryOut({ id, method, args }: WriterCall): WriterReply {
  try {
    const run = committer[method] as (...args: readonly unknown[]) => unknown;
    return { id, result: run(...args) };
  } catch (error) {
    return { id, failure: describeFailure(error) };
  }
}

function portOf(port: MessagePort | null): MessagePort {
  if (port === null) throw new Error("writer-worker.ts runs as a worker thread only");
  return port;
}
