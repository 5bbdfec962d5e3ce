/** Which of a builder's cache records a prune takes away, and taking them away. */
import type { Builder, CacheRecord } from "@skiff/builder";
import type { Engine } from "@skiff/engine";

/** What is to be left. Filters are those of BuildKit, of which there are `id`, `inuse` and `type`; one may be several with commas between them. */
export interface PruneOptions {
  readonly filter: readonly string[];
  /** What was used within this time stays, in milliseconds. */
  readonly keepMilliseconds: number;
  /** What was used last stays as long as it has no more bytes than this together. */
  readonly keepBytes: number;
}

/** Chooses the records, those first whose use is longest ago. Throws a RangeError for a filter that is not known. Pure. */
export function recordsToPrune(records: readonly CacheRecord[], o: PruneOptions, now: number): CacheRecord[] {
  const matches = matcher(o.filter);
  let left = records.reduce((sum, { bytes }) => sum + bytes, 0);
  return records
    .toSorted((a, b) => a.used - b.used)
    .filter((record) => {
      const isChosen =
        !record.inUse &&
        matches(record) &&
        (o.keepMilliseconds === 0 || now - record.used > o.keepMilliseconds) &&
        (o.keepBytes === 0 || left > o.keepBytes);
      if (isChosen) left -= record.bytes;
      return isChosen;
    });
}

/** Whether a record is meant by all filters. Throws a RangeError for one that is not known. */
export function matcher(filters: readonly string[]): (record: CacheRecord) => boolean {
  const all = filters.flatMap((filter) => filter.split(",")).filter((filter) => filter !== "");
  const tests = all.map((filter) => {
    const [, field, operator, value = ""] = /^(id|inuse|type)(?:(==|=|!=)"?([^"]*)"?)?$/.exec(filter) ?? [];
    if (field === undefined) throw new RangeError(`unsupported filter ${filter}: id, inuse and type can be compared`);
    const isWanted = operator !== "!=";
    return ({ id, inUse, type }: CacheRecord) => {
      const had = field === "id" ? id : field === "type" ? type : String(inUse);
      return (had === (operator === undefined ? "true" : value)) === isWanted;
    };
  });
  return (record) => tests.every((test) => test(record));
}

/** Forgets records of the builder, and deletes layers that nothing refers to any more. Gives what was forgotten. */
export async function pruneCache(
  {
    builder,
    engine,
  }: { readonly builder: Pick<Builder, "cachedDigests" | "kept">; readonly engine: Pick<Engine, "images"> },
  o: PruneOptions,
  now: number,
): Promise<CacheRecord[]> {
  const pruned: CacheRecord[] = [];
  for (const record of recordsToPrune(await builder.kept.list(), o, now))
    if (await builder.kept.remove(record)) pruned.push(record);
  await engine.images.prune({ keep: await builder.cachedDigests() });
  return pruned;
}
