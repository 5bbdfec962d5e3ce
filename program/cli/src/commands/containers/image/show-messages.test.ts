import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Message, showMessages } from "./show-messages.ts";

async function shown(messages: readonly Message[], isTTY: boolean, columns = 30): Promise<string> {
  let text = "";
  const output = { write: (part: string) => (text += part), isTTY, columns };
  await showMessages(
    (async function* () {
      yield* messages;
    })(),
    output,
  );
  return text;
}

const pull: readonly Message[] = [
  { status: "Pulling", id: "latest" },
  { status: "Downloading", id: "abc", progressDetail: { current: 1e6, total: 4e6 } },
  { status: "Done", id: "abc" },
  { status: "Status: done" },
];

describe("showMessages()", () => {
  it("leaves progress out where it is no terminal", async () =>
    assert.equal(await shown(pull, false), "latest: Pulling\nabc: Done\nStatus: done\n"));
  it("writes a layer's line anew on a terminal, without a bar where it is narrow", async () =>
    assert.equal(
      await shown(pull, true),
      "latest: Pulling\nabc: Downloading      1MB/4MB\n\x1b[1A\x1b[2K\rabc: Done\x1b[1B\rStatus: done\n",
    ));
  it("draws a bar where there is room", async () =>
    assert.match(await shown(pull.slice(1, 2), true, 120), /Downloading \[={12}> {38}\] {6}1MB\/4MB\n/));
  it("fails with the message that is an error", () =>
    assert.rejects(shown([{ error: "no such image" }], false), { message: "no such image" }));
});
