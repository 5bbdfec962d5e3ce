import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainProgress } from "./plain-progress.ts";

function setUp() {
  let time = 0;
  let text = "";
  const progress = plainProgress(
    (more) => {
      text += more;
    },
    () => time,
  );
  const step = (step: number, name: string, at: number, of: number, instruction: string) =>
    progress.add({ type: "step", step, of: 9, text: instruction, stage: { name, at, of } });
  return { progress, step, wait: (ms: number) => (time += ms), text: () => text };
}

describe("plainProgress()", () => {
  it("numbers steps, tells times, and keeps steps at once apart", () => {
    const { progress, step, wait, text } = setUp();
    step(1, "build", 1, 2, "FROM busybox AS build");
    progress.add({ type: "done", step: 1 });
    step(2, "build", 2, 2, "RUN make");
    step(5, "1", 2, 2, "COPY . .");
    wait(1500);
    progress.add({ type: "output", step: 2, data: "one\ntw" });
    progress.add({ type: "cached", step: 5 });
    progress.add({ type: "done", step: 5 });
    progress.add({ type: "output", step: 2, data: "o\n" });
    step(6, "1", 0, 2, "ENV A=b");
    progress.add({ type: "done", step: 6 });
    progress.add({ type: "done", step: 2 });
    assert.equal(
      text(),
      `#1 [build 1/2] FROM busybox AS build
#1 DONE 0.0s

#2 [build 2/2] RUN make

#3 [2/2] COPY . .

#2 1.500 one

#3 CACHED

#2 1.500 two
#2 DONE 1.5s
`,
    );
  });

  it("shows a failure with the step's output and its place", () => {
    const { progress, step } = setUp();
    step(2, "0", 2, 2, "RUN exit 3");
    progress.add({ type: "output", step: 2, data: "oh" });
    const file = { name: "Dockerfile", text: "FROM busybox\nRUN exit 3\nCMD x" };
    assert.equal(
      progress.failure({ message: "code 3", line: 2 }, file),
      `#1 ERROR: code 3
------
 > [2/2] RUN exit 3:
0.000 oh
------
Dockerfile:2
--------------------
   1 |     FROM busybox
   2 | >>> RUN exit 3
   3 |     CMD x
--------------------
`,
    );
  });
});
