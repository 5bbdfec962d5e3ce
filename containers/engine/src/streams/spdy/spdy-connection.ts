/** The server's half of a SPDY/3.1 connection over any byte stream. Only the client opens streams. */
import type { Duplex } from "node:stream";
import { type Frame, FrameReader, pingFrame, rstStatus, rstStreamFrame, synReplyFrame } from "./frames.ts";
import { HeaderCodec } from "./headers.ts";
import { SpdyStream } from "./spdy-stream.ts";

const MAX_STREAMS = 512;

/**
 * Serves `transport` until it ends: calls `opened` for every stream the client opens, after it was accepted. Rejects when the
 * client does not speak SPDY; either way all streams and the transport are gone afterwards. Flow control is the transport's: a stream
 * that is not read holds up the others, so every stream must be read.
 */
export async function serveSpdy(transport: Duplex, opened: (stream: SpdyStream) => void): Promise<void> {
  using codec = new HeaderCodec();
  const connection = new Connection(transport, codec, opened);
  try {
    const reader = new FrameReader();
    for await (const chunk of transport as AsyncIterable<Buffer>) {
      for (const frame of reader.push(chunk)) await connection.handle(frame);
    }
  } finally {
    connection.close();
    transport.destroy();
  }
}

class Connection {
  readonly #transport: Duplex;
  readonly #codec: HeaderCodec;
  readonly #opened: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  #lastId = 0;
  #resume: (() => void) | undefined;

  constructor(transport: Duplex, codec: HeaderCodec, opened: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#codec = codec;
    this.#opened = opened;
  }

  /** Resolves when the next frame may be read. */
  async handle(frame: Frame): Promise<void> {
    switch (frame.type) {
      case "synStream":
        return this.#open(frame);
      case "headers":
        // Not needed, but the blocks that follow build on it.
        await this.#codec.decode(frame.headerBlock);
        return;
      case "data":
        return this.#receive(frame);
      case "rstStream":
        this.#streams.get(frame.streamId)?.abandon();
        return;
      case "ping":
        // Odd ids are the client's; an even one would be an answer.
        if (frame.id % 2 === 1) await this.#send(pingFrame(frame.id));
        return;
      case "goAway":
      case "ignored":
        return;
    }
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.abandon();
  }

  async #open({ streamId, fin, headerBlock }: Extract<Frame, { type: "synStream" }>): Promise<void> {
    const headers = await this.#codec.decode(headerBlock);
    if (streamId <= this.#lastId || streamId % 2 === 0) {
      return this.#send(rstStreamFrame(streamId, rstStatus.protocolError));
    }
    this.#lastId = streamId;
    if (this.#streams.size >= MAX_STREAMS) return this.#send(rstStreamFrame(streamId, rstStatus.refusedStream));
    const stream = new SpdyStream(streamId, headers, {
      send: (data) => this.#send(data),
      resume: () => this.#resume?.(),
    });
    this.#streams.set(streamId, stream);
    stream.once("close", () => {
      this.#streams.delete(streamId);
      this.#resume?.();
    });
    // Told of below, by whoever reads the stream; without a listener it would end the process.
    stream.on("error", () => undefined);
    await this.#send(synReplyFrame(streamId, await this.#codec.encode(new Map())));
    if (fin) stream.receive(Buffer.alloc(0), true);
    this.#opened(stream);
  }

  async #receive({ streamId, data, fin }: Extract<Frame, { type: "data" }>): Promise<void> {
    const stream = this.#streams.get(streamId);
    if (!stream || stream.destroyed || stream.receive(data, fin)) return;
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    this.#resume = undefined;
  }

  #send(frame: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#transport.write(frame, (error) => (error ? reject(error) : resolve()));
    });
  }
}
