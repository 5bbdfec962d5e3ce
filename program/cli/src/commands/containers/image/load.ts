/** `skiff load`: the images of an archive. */
import { createReadStream } from "node:fs";
import { VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff load [OPTIONS]",
    about: "Reads images from an archive, from standard input unless a file is named",
    operands: { min: 0, max: 0 },
    flags: { input: "value", platform: "value", quiet: "switch" },
    short: { i: "input", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const file = flags.value("input");
    if (file === undefined && process.stdin.isTTY)
      throw new VerbFailure("requested load from stdin, but stdin is empty");
    const body = file === undefined ? process.stdin : await openFile(file);
    const answer = client.messages("/images/load", {
      method: "POST",
      query: { quiet: flags.has("quiet") ? "1" : "0" },
      headers: { "content-type": "application/x-tar" },
      body,
    });
    for await (const message of answer) {
      if (typeof message.error === "string") throw new VerbFailure(message.error);
      if (typeof message.stream === "string") process.stdout.write(message.stream);
    }
    return 0;
  },
);

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  const stream = createReadStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once("open", () => resolve());
    stream.once("error", (error: NodeJS.ErrnoException) =>
      reject(new VerbFailure(error.code === "ENOENT" ? `open ${file}: no such file or directory` : error.message)),
    );
  });
  return stream;
}
