/** One line of a log in the format container runtimes write: `<time> <stream> <F|P> <content>`. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as written. */
  readonly timestamp: string;
  readonly stream: "stdout" | "stderr";
  /** With its newline, unless the runtime cut the line here. */
  readonly content: Buffer;
}

const SPACE = 0x20;

/** Reads one line, without its newline. Undefined for what is not in the format. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0 || third < 0) return undefined;
  const stream = line.toString("latin1", first + 1, second);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const partial = line.toString("latin1", second + 1, third).startsWith("P");
  const text = line.subarray(third + 1);
  return {
    timestamp: line.toString("latin1", 0, first),
    stream,
    content: partial ? text : Buffer.concat([text, NEWLINE]),
  };
}

const NEWLINE = Buffer.from("\n");

/** Cuts chunks into lines; what follows the last newline waits for the next chunk. */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines completed by `chunk`, without their newlines. */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (let end = data.indexOf(0x0a); end >= 0; end = data.indexOf(0x0a)) {
      lines.push(data.subarray(0, end));
      data = data.subarray(end + 1);
    }
    this.#rest = Buffer.from(data);
    return lines;
  }
}
