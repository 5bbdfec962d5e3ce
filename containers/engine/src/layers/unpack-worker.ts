/** Worker thread that unpacks layers, so that the engine goes on answering meanwhile. */
import { createReadStream } from "node:fs";
import { parentPort } from "node:worker_threads";
import { EngineError } from "../engine-error.ts";
import { unpackLayer } from "./unpack-layer.ts";

/** One layer to unpack: the stored blob, the empty directory to fill, and the layers below, topmost first. */
export interface UnpackRequest {
  readonly blob: string;
  readonly top: string;
  readonly lower: readonly string[];
}

export type UnpackReply =
  | { readonly diffId: string; readonly bytes: number }
  | { readonly failure: string; readonly code: string };

parentPort?.on("message", (request: UnpackRequest) => {
  void (async () => {
    let reply: UnpackReply;
    try {
      reply = await unpackLayer(createReadStream(request.blob, { highWaterMark: 1 << 20 }), request.top, request.lower);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reply = { failure: message, code: error instanceof EngineError ? error.code : "internal" };
    }
    parentPort?.postMessage(reply);
  })();
});
