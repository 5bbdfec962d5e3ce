import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { events, pods } from "@skiff/api/resources";
import { createClient } from "../client.ts";
import { MemoryTransport } from "../testing/memory-transport.ts";
import { silentLog } from "../testing/silent-log.ts";
import { EventRecorder, referenceTo } from "./event-recorder.ts";

const about = referenceTo(pods, { metadata: { name: "web", namespace: "default", uid: "u" } });

function setUp() {
  const client = createClient(new MemoryTransport());
  let now = Date.parse("2026-01-01T00:00:00Z");
  const o = { client, component: "tester", log: silentLog, signal: new AbortController().signal, now: () => now };
  const recorder = new EventRecorder(o);
  const written = async () => {
    await recorder.flushed();
    return (await client.list(events, {})).items;
  };
  return { client, recorder, written, pass: (ms: number) => (now += ms) };
}

describe("EventRecorder.event()", () => {
  it("writes an Event about the object", async () => {
    const { recorder, written } = setUp();
    recorder.event(about, "Normal", "Started", "Started container web");
    const [event] = await written();
    assert.match(event?.metadata.name ?? "", /^web\.[0-9a-f]+$/);
    const { involvedObject, reason, message, count, type, source, firstTimestamp } = event ?? {};
    assert.deepEqual(
      { kind: involvedObject?.kind, name: involvedObject?.name, reason, message, count, type, source, firstTimestamp },
      {
        kind: "Pod",
        name: "web",
        reason: "Started",
        message: "Started container web",
        count: 1,
        type: "Normal",
        source: { component: "tester" },
        firstTimestamp: "2026-01-01T00:00:00Z",
      },
    );
  });

  it("counts what happens again in the same Event", async () => {
    const { recorder, written, pass } = setUp();
    for (let n = 0; n < 3; n++) {
      recorder.event(about, "Warning", "BackOff", "Back-off restarting");
      await recorder.flushed();
      pass(60_000);
    }
    const all = await written();
    assert.equal(all.length, 1);
    assert.equal(all[0]?.count, 3);
    assert.equal(all[0]?.lastTimestamp, "2026-01-01T00:02:00Z");
    assert.equal(all[0]?.firstTimestamp, "2026-01-01T00:00:00Z");
  });

  it("combines messages that only differ in their text after the tenth", async () => {
    const { recorder, written } = setUp();
    for (let n = 0; n < 14; n++) recorder.event(about, "Warning", "Failed", `attempt ${n}`);
    const all = await written();
    assert.equal(all.length, 11);
    const combined = all.find(({ message }) => message?.startsWith("(combined from similar events): "));
    assert.equal(combined?.count, 4);
  });

  it("says no more than 25 things at once about one object", async () => {
    const { recorder, written } = setUp();
    for (let n = 0; n < 40; n++) recorder.event(about, "Normal", `Reason${n}`, "said");
    assert.equal((await written()).length, 25);
  });

  it("writes a new Event where the earlier one is gone", async () => {
    const { client, recorder, written } = setUp();
    recorder.event(about, "Normal", "Pulled", "image present");
    const [first] = await written();
    await client.delete(events, first?.metadata ?? {});
    recorder.event(about, "Normal", "Pulled", "image present");
    const [second] = await written();
    assert.equal(second?.count, 2);
  });
});
