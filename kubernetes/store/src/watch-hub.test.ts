import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WatchBatch } from "./store.ts";
import { createWatchHub } from "./watch-hub.ts";

function batch(revision: number, bytes = 1): WatchBatch {
  const kv = { key: "/a", value: new Uint8Array(bytes), createRevision: 1, modRevision: revision, version: 1 };
  return { revision, events: [{ type: "put", kv }] };
}

describe("WatchHub.recent()", () => {
  it("gives what was published from a revision on", () => {
    const hub = createWatchHub(4);
    for (const revision of [5, 6, 7]) hub.publish(batch(revision));
    assert.deepEqual(
      hub.recent(6)?.map(({ revision }) => revision),
      [6, 7],
    );
  });

  it("knows nothing of what was before it", () => assert.equal(createWatchHub(4).recent(4), undefined));

  it("forgets the oldest when more was published than it holds", () => {
    const hub = createWatchHub(0, 2);
    for (const revision of [1, 2, 3]) hub.publish(batch(revision));
    assert.equal(hub.recent(1), undefined);
    assert.equal(hub.recent(2)?.length, 2);
  });

  it("holds fewer of large values", () => {
    const hub = createWatchHub(0);
    for (let revision = 1; revision <= 40; revision++) hub.publish(batch(revision, 1 << 16));
    assert.equal(hub.recent(24), undefined);
    assert.equal(hub.recent(25)?.length, 16);
  });
});
