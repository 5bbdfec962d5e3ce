/** As much of a Redis client as the guestbook needs: RESP2 over one connection, made again when it is lost. */
import { connect, type Socket } from "node:net";

type Reply = string | number | null | Reply[];

export interface RedisOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class Redis {
  readonly #options: RedisOptions;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting[] = [];

  constructor(options: RedisOptions) {
    this.#options = options;
  }

  /** Sends one command and gives its reply; rejects when Redis answers with an error or the connection is lost. */
  async command(...words: string[]): Promise<Reply> {
    const fresh = !this.#socket;
    const socket = this.#socket ?? this.#connect();
    if (fresh) this.#send(socket, ["AUTH", this.#options.password]).catch(() => socket.destroy());
    return this.#send(socket, words);
  }

  #connect(): Socket {
    const socket = connect({ host: this.#options.host, port: this.#options.port, timeout: 2000 });
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("timeout", () => this.#waiting.length > 0 && socket.destroy(new Error("Redis does not answer")));
    socket.on("error", (error) => this.#lost(error));
    socket.on("close", () => this.#lost(new Error("the connection to Redis was closed")));
    return socket;
  }

  #send(socket: Socket, words: readonly string[]): Promise<Reply> {
    const encoded = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("");
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      socket.write(`*${words.length}\r\n${encoded}`);
    });
  }

  #lost(error: Error): void {
    this.#socket = undefined;
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const parsed = parse(this.#received, 0);
      if (!parsed) return;
      this.#received = this.#received.subarray(parsed.end);
      const next = this.#waiting.shift();
      if (parsed.error !== undefined) next?.reject(new Error(parsed.error));
      else next?.resolve(parsed.value);
    }
  }
}

interface Parsed {
  readonly value: Reply;
  readonly end: number;
  readonly error?: string;
}

function parse(data: Buffer, start: number): Parsed | undefined {
  const lineEnd = data.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const line = data.toString("utf8", start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (data[start]) {
    case 0x2b: // simple string
      return { value: line, end };
    case 0x2d: // error
      return { value: null, end, error: line };
    case 0x3a: // integer
      return { value: Number(line), end };
    case 0x24: {
      // bulk string
      const length = Number(line);
      if (length < 0) return { value: null, end };
      if (data.length < end + length + 2) return undefined;
      return { value: data.toString("utf8", end, end + length), end: end + length + 2 };
    }
    case 0x2a: {
      // array
      const items: Reply[] = [];
      let at = end;
      for (let index = 0; index < Number(line); index++) {
        const item = parse(data, at);
        if (!item) return undefined;
        items.push(item.value);
        at = item.end;
      }
      return { value: items, end: at };
    }
    default:
      throw new Error("unexpected reply from Redis");
  }
}
