import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, it } from "node:test";
import { demultiplex } from "./demultiplex.ts";

const bytes = Buffer.from("\x01\0\0\0\0\0\0\x03out\x02\0\0\0\0\0\0\x02er\x01\0\0\0\0\0\0\x01!", "latin1");

describe("demultiplex()", () => {
  for (const size of [1, 3, 8, 100]) {
    it(`tells the streams apart when bytes come ${size} at a time`, async () => {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      await demultiplex(Readable.from(chunks), stdout, stderr);
      assert.equal(Buffer.concat(await stdout.end().toArray()).toString(), "out!");
      assert.equal(Buffer.concat(await stderr.end().toArray()).toString(), "er");
    });
  }

  it("refuses a frame of an unknown stream", async () => {
    const source = Readable.from([Buffer.from("nonsense")]);
    await assert.rejects(demultiplex(source, new PassThrough(), new PassThrough()), /malformed output/);
  });
});
