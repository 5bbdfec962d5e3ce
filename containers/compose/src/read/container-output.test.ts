import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import type { DockerClient } from "@skiff/docker/client";
import { containerOutput, type OutputLine } from "./container-output.ts";

const at = (n: number): string => `2026-01-01T00:00:00.00000000${n}Z`;

function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.byteLength, 4);
  return Buffer.concat([header, payload]);
}

async function read(bytes: Buffer, options: { readonly tty?: boolean; readonly after?: string } = {}, size = 1e9) {
  const chunks = Array.from({ length: Math.ceil(bytes.byteLength / size) || 1 }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
  let asked: Readonly<Record<string, string | undefined>> = {};
  const client: Pick<DockerClient, "open"> = {
    async open(_path, { query = {} } = {}) {
      asked = query;
      return Readable.from(chunks) as unknown as IncomingMessage;
    },
  };
  const lines: OutputLine[] = [];
  await containerOutput(client as DockerClient, "id", { tty: false, ...options }, (line) => lines.push(line));
  return { lines: lines.map(({ stream, text }) => `${stream} ${text}`), times: lines.map(({ time }) => time), asked };
}

describe("containerOutput()", () => {
  const framed = Buffer.concat([
    frame(1, `${at(1)} one\n`),
    frame(2, `${at(2)} two\r\n`),
    frame(1, `${at(3)} \n`),
    frame(1, `${at(4)} a long `),
    frame(2, `${at(5)} between\n`),
    frame(1, `${at(6)} line: ü\n`),
    frame(1, `${at(7)} no end`),
  ]);
  for (const size of [1, 7, 1e9]) {
    it(`gives lines, streams and times when bytes come ${size} at a time`, async () => {
      const { lines, times } = await read(framed, {}, size);
      assert.deepEqual(lines, [
        ...["stdout one", "stderr two", "stdout ", "stderr between", "stdout a long line: ü", "stdout no end"],
      ]);
      assert.deepEqual(times, [at(1), at(2), at(3), at(5), at(4), at(7)]);
    });
  }

  it("reads the output of a terminal, which has no frames", async () => {
    const bytes = Buffer.from(`${at(1)} $ ${at(2)} l${at(3)} s\r\n${at(4)} a b\r\n${at(5)} $ `);
    const { lines, times } = await read(bytes, { tty: true }, 5);
    assert.deepEqual(lines, ["stdout $ ls", "stdout a b", "stdout $ "]);
    assert.deepEqual(times, [at(1), at(4), at(5)]);
  });

  it("leaves out exactly what was read before", async () => {
    const { lines, asked } = await read(framed, { after: at(3) });
    assert.deepEqual(lines, ["stderr between", "stdout a long line: ü", "stdout no end"]);
    assert.equal(asked.since, "1767225600.000000003");
  });

  it("refuses what is no frame", async () => {
    await assert.rejects(read(Buffer.from("nonsense that is no frame")), /malformed output/);
  });
});
