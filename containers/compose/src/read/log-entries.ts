/** Output as the engine frames it: an entry of its log is a frame (8 bytes, then the payload), or a line where the container has a terminal. */

/** An entry: a line with its end, or a part of a long one. */
export interface LogEntry {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Buffer;
}

const HEADER = 8;
/** An engine cuts lines at 16 KiB: what claims to be longer than this is no frame. */
const MAX_ENTRY = 1024 * 1024;
const NEWLINE = 0x0a;

/** Entries of framed output, those of a chunk together. Throws for what is none. */
export async function* framedEntries(source: AsyncIterable<Buffer>): AsyncGenerator<readonly LogEntry[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    const entries: LogEntry[] = [];
    let at = 0;
    while (rest.byteLength - at >= HEADER) {
      const kind = rest[at];
      const length = rest.readUInt32BE(at + 4);
      if ((kind !== 1 && kind !== 2) || length > MAX_ENTRY)
        throw new Error(`malformed output: a frame of stream ${kind} with ${length} bytes`);
      if (rest.byteLength - at < HEADER + length) break;
      const bytes = rest.subarray(at + HEADER, at + HEADER + length);
      entries.push({ stream: kind === 1 ? "stdout" : "stderr", bytes });
      at += HEADER + length;
    }
    rest = rest.subarray(at);
    yield entries;
  }
}

/** Entries of a terminal's output: its lines, those of a chunk together. */
export async function* terminalEntries(source: AsyncIterable<Buffer>): AsyncGenerator<readonly LogEntry[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    const entries: LogEntry[] = [];
    let at = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, at)) {
      entries.push({ stream: "stdout", bytes: rest.subarray(at, end + 1) });
      at = end + 1;
    }
    if (rest.byteLength - at > MAX_ENTRY) {
      entries.push({ stream: "stdout", bytes: rest.subarray(at) });
      at = rest.byteLength;
    }
    rest = rest.subarray(at);
    yield entries;
  }
  if (rest.byteLength > 0) yield [{ stream: "stdout", bytes: rest }];
}
