import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configMaps } from "@skiff/api/resources";
import { Change } from "./change.ts";
import { ChangeHistory } from "./change-history.ts";
import { createCodec } from "./codec.ts";
import { Entry } from "./entry.ts";

const codec = createCodec(configMaps);

function change(revision: number, bytes = 10): Change {
  const value = Buffer.from('{"metadata":{"name":"a"}}');
  return new Change(revision, new Entry("a", { value, modRevision: revision }, codec), undefined, false, bytes);
}

const revisions = (changes: readonly Change[] | undefined) => changes?.map(({ revision }) => revision);

describe("ChangeHistory.since()", () => {
  const history = new ChangeHistory(10);
  for (const revision of [12, 15, 15, 20]) history.add(change(revision));

  for (const { when, since, want } of [
    { when: "is before its beginning", since: 9, want: undefined },
    { when: "is its beginning", since: 10, want: [12, 15, 15, 20] },
    { when: "lies between changes", since: 13, want: [15, 15, 20] },
    { when: "is that of several changes", since: 15, want: [20] },
    { when: "is the newest", since: 20, want: [] },
  ]) {
    it(`gives ${want === undefined ? "nothing it can vouch for" : `[${want}]`} when the revision ${when}`, () => {
      assert.deepEqual(revisions(history.since(since)), want);
    });
  }

  it("reaches back less far when other resources change much", () => {
    const quiet = new ChangeHistory(0);
    quiet.add(change(1));
    quiet.add(change(2));
    const busy = new ChangeHistory(0);
    for (let i = 0; i < 20; i++) busy.add(change(3 + i, 1 << 20));
    assert.deepEqual(revisions(quiet.since(2)), []);
    assert.equal(quiet.since(1), undefined);
    assert.ok((busy.since(10)?.length ?? 0) > 0);
  });
});
