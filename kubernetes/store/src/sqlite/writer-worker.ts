/** The thread that owns the write connection: takes WriterCall messages, answers each with a WriterReply. */
import { parentPort, workerData } from "node:worker_threads";
import { createCommitter } from "./committer.ts";
import { openDatabase } from "./schema.ts";
import type { WriterCall, WriterReply } from "./writer.ts";

const db = openDatabase((workerData as { path: string }).path);
const committer = createCommitter(db);
const port = parentPort;
if (port === null) throw new Error("writer-worker.ts runs as a worker thread only");

port.on("message", (call: WriterCall | "close") => {
  if (call === "close") {
    db.close();
    port.close();
    return;
  }
  port.postMessage(answer(call));
});
port.postMessage("ready");

function answer({ id, method, args }: WriterCall): WriterReply {
  try {
    const run = committer[method] as (...args: readonly unknown[]) => unknown;
    return { id, result: run(...args) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
