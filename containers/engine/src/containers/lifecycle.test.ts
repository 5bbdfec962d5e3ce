import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { bootId, silentLogger } from "@skiff/linux";
import { RecordStore } from "../record-store.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { ContainerRecord } from "./record.ts";
import type { RunDeps } from "./run.ts";

const ID = "a".repeat(64);
/** One whose process has gone: nobody has that id at that time. */
const RECORD = {
  id: ID,
  name: "gone",
  state: "running",
  process: { pid: 1, startTime: -1 },
  bootId: bootId(),
  cgroup: "/skiff-t-lifecycle/gone",
  snapshot: ID,
  ownsSnapshot: false,
  spec: { root: { rootfs: "/" } },
  ports: [],
} as unknown as ContainerRecord;

describe("the end of a container", () => {
  it("is seen to again when it could not be completed", async (t) => {
    const home = mkdtempSync(join(tmpdir(), "skiff-lifecycle-"));
    t.after(() => rmSync(home, { recursive: true }));
    const records = await RecordStore.open<ContainerRecord>(join(home, "containers"));
    await records.save(RECORD);
    let attempts = 0;
    const deps = {
      runDir: join(home, "run"),
      cgroups: { kill: () => undefined, remove: () => true },
      joints: {
        detach: async () => {
          attempts++;
          if (attempts === 1) throw new Error("the network does not answer");
        },
      },
    } as unknown as RunDeps;
    const exec = () => assert.fail("nothing is executed");
    await using life = new Lifecycle(records, deps, exec, silentLogger);
    const stop = new AbortController();
    const events = life.events.subscribe(stop.signal)[Symbol.asyncIterator]();
    const next = events.next();
    await life.adopt();
    const { state, process } = life.require(ID);
    assert.deepEqual([state, process], ["running", RECORD.process]);
    const over = life.ended(ID);
    assert.equal((await next).value?.type, "stopped");
    assert.deepEqual(await over, { code: 255 });
    assert.equal(life.require(ID).state, "exited");
    assert.equal(life.ended(ID), undefined);
    assert.equal(attempts, 2);
    stop.abort();
  });
});
