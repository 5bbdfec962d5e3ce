import assert from "node:assert/strict";
import { once } from "node:events";
import { type Duplex, duplexPair } from "node:stream";
import { describe, it } from "node:test";
import { dictionary } from "./dictionary.ts";
import { dataFrame, type Frame, FrameReader, pingFrame, SpdyProtocolError, synStreamFrame } from "./frames.ts";
import { HeaderCodec } from "./headers.ts";
import { serveSpdy } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";

/** The client's half: sends frames, and waits for those of the server. */
class TestClient {
  readonly codec = new HeaderCodec();
  readonly #transport: Duplex;
  readonly #frames: Frame[] = [];
  #wake = () => {};

  constructor(transport: Duplex) {
    this.#transport = transport;
    const reader = new FrameReader();
    transport.on("data", (chunk: Buffer) => {
      this.#frames.push(...reader.push(chunk));
      this.#wake();
    });
  }

  async open(id: number, headers: Record<string, string>): Promise<void> {
    this.#transport.write(synStreamFrame(id, await this.codec.encode(new Map(Object.entries(headers)))));
  }

  send(frame: Buffer): void {
    this.#transport.write(frame);
  }

  async next(type: Frame["type"]): Promise<Frame> {
    for (;;) {
      const found = this.#frames.shift();
      if (found?.type === type) return found;
      if (!found) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function serve(): { client: TestClient; streams: SpdyStream[]; served: Promise<void>; close: () => void } {
  const [near, far] = duplexPair();
  const streams: SpdyStream[] = [];
  const served = serveSpdy(far, (stream) => streams.push(stream));
  return { client: new TestClient(near), streams, served, close: () => near.end() };
}

describe("dictionary", () => {
  it("has the length and checksum the specification's has", () => {
    let [a, b] = [1, 0];
    for (const byte of dictionary) {
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
    assert.equal(dictionary.length, 1423);
    assert.equal(((b << 16) | a) >>> 0, 0xe3c6a7c2);
  });
});

describe("serveSpdy()", () => {
  it("accepts streams with their headers and carries data both ways", async () => {
    const { client, streams, served, close } = serve();
    await client.open(1, { streamtype: "error", port: "80", requestid: "0" });
    await client.next("headers");
    await client.open(3, { streamtype: "data", port: "80", requestid: "0" });
    await client.next("headers");
    client.send(pingFrame(1)); // frames are handled in order
    await client.next("ping");
    const [error, data] = streams;
    assert.ok(error && data);
    assert.equal(data.headers.get("streamtype"), "data");
    client.send(dataFrame(3, Buffer.from("ping"), true));
    const received: Buffer[] = [];
    data.on("data", (chunk: Buffer) => received.push(chunk));
    await once(data, "end");
    assert.equal(Buffer.concat(received).toString(), "ping");
    data.end("pong");
    const answer = await client.next("data");
    assert.deepEqual(answer, { type: "data", streamId: 3, fin: false, data: Buffer.from("pong") });
    const end = await client.next("data");
    assert.ok(end.type === "data" && end.fin);
    close();
    await served;
    assert.ok(error.destroyed);
  });

  it("answers a ping", async () => {
    const { client, served, close } = serve();
    client.send(pingFrame(7));
    assert.deepEqual(await client.next("ping"), { type: "ping", id: 7 });
    close();
    await served;
  });

  it("refuses a stream id that was used", async () => {
    const { client, streams, served, close } = serve();
    await client.open(5, {});
    await client.next("headers");
    await client.open(3, {});
    assert.deepEqual(await client.next("rstStream"), { type: "rstStream", streamId: 3, status: 1 });
    assert.equal(streams.length, 1);
    close();
    await served;
  });

  const hostile = [
    { when: "another version", bytes: "80020001000000000000" },
    { when: "a frame without end", bytes: "0000000100ffffff" },
    { when: "a header block that is none", bytes: "8003000100000010000000010000000000000000000000000000" },
    { when: "a frame that is too short", bytes: "8003000100000002ffff" },
  ];
  for (const { when, bytes } of hostile) {
    it(`gives up on ${when}`, async () => {
      const { client, served } = serve();
      client.send(Buffer.from(bytes, "hex"));
      await assert.rejects(served, SpdyProtocolError);
    });
  }
});

describe("FrameReader", () => {
  it("finds frames wherever the bytes are cut", () => {
    const bytes = Buffer.concat([pingFrame(1), dataFrame(3, Buffer.from("abc"), true), pingFrame(3)]);
    const reader = new FrameReader();
    const frames = [...bytes].flatMap((byte) => reader.push(Buffer.from([byte])));
    assert.deepEqual(
      frames.map(({ type }) => type),
      ["ping", "data", "ping"],
    );
  });
});
