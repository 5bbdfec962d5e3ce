import { StatusError, type WatchEvent } from "@skiff/api";

const MAX_FRAME_BYTES = 64 << 20;

/**
 * The events in a watch response: one JSON object per line. Reads the source only as fast as it is read itself. An ERROR
 * event is thrown as the StatusError it carries; a last line without its end is what a cut connection leaves, and dropped.
 */
export async function* watchFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent<object>> {
  let partial: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...partial, chunk.subarray(from, end)]).toString("utf8");
      partial = [];
      size = 0;
      from = end + 1;
      if (line.trim()) yield parseFrame(line);
    }
    if (from === chunk.length) continue;
    partial.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > MAX_FRAME_BYTES) throw new Error(`Cannot read a watch event of more than ${MAX_FRAME_BYTES} bytes`);
  }
}

function parseFrame(line: string): WatchEvent<object> {
  const event = JSON.parse(line) as { readonly type: string; readonly object: object };
  switch (event.type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
    case "BOOKMARK":
      return event as WatchEvent<object>;
    case "ERROR":
      throw new StatusError(event.object as ConstructorParameters<typeof StatusError>[0]);
    default:
      throw new Error(`Cannot read a watch event of type ${JSON.stringify(event.type)}`);
  }
}
