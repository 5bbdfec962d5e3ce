import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Entry } from "./entry.ts";
import { SortedEntries } from "./sorted-entries.ts";

const entry = (key: string) => ({ key }) as Entry;
const keysOf = (entries: Iterable<Entry>) => Array.from(entries, ({ key }) => key);

/** Numbers in an order that only looks random, the same in every run. */
function* shuffled(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield (i * 7919) % count;
}

describe("SortedEntries", () => {
  const name = (n: number) => `default/object-${String(n).padStart(5, "0")}`;

  it("keeps thousands in order, whatever order they come and go in", () => {
    const entries = new SortedEntries();
    const count = 5000;
    for (const n of shuffled(count)) entries.set(entry(name(n)));
    assert.equal(entries.size, count);
    assert.deepEqual(
      keysOf(entries.under("default/")),
      Array.from({ length: count }, (_, n) => name(n)),
    );
    for (const n of shuffled(count)) if (n % 3 !== 0) entries.delete(name(n));
    const left = Array.from({ length: count }, (_, n) => n).filter((n) => n % 3 === 0);
    assert.deepEqual(keysOf(entries.under("default/")), left.map(name));
    for (const n of left) entries.delete(name(n));
    assert.deepEqual([entries.size, keysOf(entries.under(""))], [0, []]);
  });
  it("gives those under a prefix, from behind a key", () => {
    const entries = new SortedEntries();
    for (const key of ["b/2", "a/1", "c/1", "b/1", "b", "b/10", "bb/1"]) entries.set(entry(key));
    assert.deepEqual(keysOf(entries.under("b/")), ["b/1", "b/10", "b/2"]);
    assert.deepEqual(keysOf(entries.under("b/", "b/1")), ["b/10", "b/2"]);
    assert.deepEqual(keysOf(entries.under("b/", "b/15")), ["b/2"]);
    assert.deepEqual(keysOf(entries.under("d/")), []);
  });
  it("replaces an entry of the same key", () => {
    const entries = new SortedEntries();
    const [first, second] = [entry("a"), entry("a")];
    entries.set(first);
    entries.set(second);
    assert.equal(entries.get("a"), second);
    assert.deepEqual(keysOf(entries.under("")), ["a"]);
  });
});
