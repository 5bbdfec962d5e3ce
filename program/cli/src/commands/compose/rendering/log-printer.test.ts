import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogPrinter } from "./log-printer.ts";

function printed(color: boolean, prefix: boolean) {
  const written: string[] = [];
  const streams = {
    stdout: { write: (text: string) => written.push(`out:${text}`) },
    stderr: { write: (text: string) => written.push(`err:${text}`) },
  };
  return { written, printer: createLogPrinter(streams, { color, prefix }) };
}
const line = (container: string, text: string, stream: "stdout" | "stderr" | "status" = "stdout") => ({
  ...{ container, service: container.replace(/-\d+$/, ""), stream, text },
});

describe("createLogPrinter()", () => {
  it("makes the prefixes of all known containers equally wide", () => {
    const { written, printer } = printed(false, true);
    printer.register(["web-1", "worker-1"]);
    printer.print(line("web-1", "hello"));
    printer.print(line("worker-1", "tick"));
    printer.print(line("web-1", ""));
    printer.flush();
    assert.deepEqual(written, ["out:web-1     | hello\nworker-1  | tick\nweb-1     | \n"]);
  });

  it("widens them when a container with a longer name comes", () => {
    const { written, printer } = printed(false, true);
    printer.print(line("a-1", "first"));
    printer.print(line("longer-1", "second"));
    printer.print(line("a-1", "third"));
    printer.flush();
    assert.deepEqual(written, ["out:a-1  | first\nlonger-1  | second\na-1       | third\n"]);
  });

  it("keeps the order of the two streams", () => {
    const { written, printer } = printed(false, false);
    printer.print(line("a-1", "one"));
    printer.print(line("a-1", "two", "stderr"));
    printer.print(line("a-1", "three"));
    printer.flush();
    assert.deepEqual(written, ["out:one\n", "err:two\n", "out:three\n"]);
  });

  it("gives each container a colour of its own, and its status the same", () => {
    const { written, printer } = printed(true, true);
    printer.register(["a-1", "b-1"]);
    printer.print(line("a-1", "x"));
    printer.print(line("b-1", "y"));
    printer.print(line("b-1", "exited with code 0", "status"));
    printer.flush();
    assert.deepEqual(written, [
      "out:\u001b[36ma-1  | \u001b[0mx\n\u001b[33mb-1  | \u001b[0my\n\u001b[33m\r\u001b[Kb-1 exited with code 0\u001b[0m\n",
    ]);
  });

  it("writes what is gathered by itself", async () => {
    const { written, printer } = printed(false, false);
    printer.print(line("a-1", "x"));
    assert.deepEqual(written, []);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(written, ["out:x\n"]);
  });
});
