import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createProgress, type ProgressChoice } from "./progress.ts";

function rendered(choice: Partial<ProgressChoice> = {}, isTTY = false) {
  const parts: string[] = [];
  const stream = { isTTY, columns: 60, rows: 10, write: (part: string) => parts.push(part) };
  const progress = createProgress(stream, { mode: "auto", ansi: "auto", color: false, title: "Running", ...choice });
  return { progress, text: () => parts.join("") };
}

const STARTING = { id: "Container shop-web-1", text: "Starting", status: "working" } as const;
const STARTED = { id: "Container shop-web-1", text: "Started", status: "done" } as const;

describe("createProgress()", () => {
  it("writes a line for each change where there is no terminal", () => {
    const { progress, text } = rendered();
    progress.event(STARTING);
    progress.event(STARTING);
    progress.event(STARTED);
    progress.warn("a variable is not set");
    assert.equal(
      text(),
      " Container shop-web-1  Starting\n Container shop-web-1  Started\nWARNING: a variable is not set\n",
    );
  });

  it("leaves out lines that tell only of more bytes", () => {
    const { progress, text } = rendered();
    for (const detail of ["1 MB of 3 MB", "2 MB of 3 MB"])
      progress.event({ id: "Image web", text: "Pulling", status: "working", detail });
    assert.equal(text(), " Image web  Pulling  1 MB of 3 MB\n");
  });

  it("writes JSON for programs", () => {
    const { progress, text } = rendered({ mode: "json" });
    progress.event({ ...STARTED, detail: "0.1s" });
    assert.deepEqual(JSON.parse(text()), { id: STARTED.id, status: "Done", text: "Started", details: "0.1s" });
  });

  it("says nothing but warnings when it is to be quiet", () => {
    const { progress, text } = rendered({ mode: "quiet" });
    progress.event(STARTED);
    progress.warn("orphans");
    assert.equal(text(), "WARNING: orphans\n");
  });

  it("counts and redraws in place on a terminal", () => {
    const { progress, text } = rendered({}, true);
    progress.event(STARTING);
    progress.event(STARTED);
    progress.flush();
    const [first = "", second = ""] = text().split("\u001b[2A");
    assert.match(first, /\[\+\] Running 0\/1\n.*⠋? ?.*Container shop-web-1 {2}Starting .*0\.0s\n/s);
    assert.match(second, /\[\+\] Running 1\/1\n.*✔ Container shop-web-1 {2}Started .*0\.0s\n/s);
  });

  it("keeps other output above what moves", () => {
    const { progress, text } = rendered({}, true);
    progress.event(STARTING);
    const before = text().length;
    progress.around(() => progress.warn("unset"));
    const above = "\u001b[2A\r\u001b[0JWARNING: unset\n";
    assert.equal(text().slice(before), above);
    progress.flush();
    assert.ok(
      !text()
        .slice(before + above.length)
        .includes("A"),
      "what was printed is not drawn over",
    );
  });

  it("never shows more lines than the terminal has", () => {
    const { progress, text } = rendered({}, true);
    for (let n = 0; n < 50; n++) progress.event({ id: `Container c-${n}`, text: "Creating", status: "working" });
    const before = text().length;
    progress.flush();
    assert.equal(text().slice(before).split("\n").length - 1, 9);
    assert.match(text().slice(before), /Running 0\/50/);
  });

  for (const [choice, message] of [
    [{ mode: "tty", ansi: "never" }, /can't use --progress tty/],
    [{ mode: "plain", ansi: "always" }, /can't use --progress plain/],
  ] as const) {
    it(`refuses --progress ${choice.mode} with --ansi ${choice.ansi}`, () => {
      assert.throws(() => rendered(choice), message);
    });
  }
});
