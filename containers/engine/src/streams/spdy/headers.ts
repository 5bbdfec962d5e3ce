/** SPDY header blocks: name/value pairs in one zlib stream for each direction of a connection. */
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { dictionary } from "./dictionary.ts";
import { SpdyProtocolError } from "./frames.ts";

const MAX_INFLATED = 64 * 1024;

/** Names are lower case. Several values of one name are separated by NUL. */
export type Headers = ReadonlyMap<string, string>;

/** Not to be called again before the last call has settled: blocks depend on those before them. */
export class HeaderCodec implements Disposable {
  readonly #deflate: Deflate = createDeflate({ dictionary, level: 6 });
  readonly #inflate: Inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH });

  async decode(block: Buffer): Promise<Headers> {
    const data = await through(this.#inflate, block);
    const headers = new Map<string, string>();
    let offset = 0;
    const number = () => {
      if (offset + 4 > data.length) throw new SpdyProtocolError("header block ends early");
      offset += 4;
      return data.readUInt32BE(offset - 4);
    };
    const text = () => {
      const length = number();
      if (offset + length > data.length) throw new SpdyProtocolError("header block ends early");
      offset += length;
      return data.toString("utf8", offset - length, offset);
    };
    for (let left = number(); left > 0; left--) headers.set(text().toLowerCase(), text());
    return headers;
  }

  encode(headers: Headers): Promise<Buffer> {
    const parts = [word(headers.size)];
    for (const [name, value] of headers) {
      for (const text of [name, value]) parts.push(word(Buffer.byteLength(text)), Buffer.from(text));
    }
    return through(this.#deflate, Buffer.concat(parts));
  }

  [Symbol.dispose](): void {
    this.#deflate.destroy();
    this.#inflate.destroy();
  }
}

/** What comes out of a zlib stream for `input`, flushed to a byte boundary. */
function through(stream: Deflate | Inflate, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const collect = (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_INFLATED) stream.destroy(new SpdyProtocolError("header block is too long"));
      else chunks.push(chunk);
    };
    const done = () => {
      stream.off("data", collect).off("error", failed);
      resolve(Buffer.concat(chunks));
    };
    const failed = (error: Error) => {
      stream.off("data", collect);
      reject(
        error instanceof SpdyProtocolError ? error : new SpdyProtocolError(`cannot read headers: ${error.message}`),
      );
    };
    stream.on("data", collect).once("error", failed);
    stream.write(input, (error) => {
      if (!error) stream.flush(constants.Z_SYNC_FLUSH, done);
    });
  });
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
