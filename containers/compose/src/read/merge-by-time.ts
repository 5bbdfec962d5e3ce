/** Output of several containers in the order in which it was written. */

/** What has a time: texts that are in order as times are. */
interface Timed {
  readonly time: string;
}

interface Source<T> {
  readonly iterator: AsyncIterator<readonly T[]>;
  batch: readonly T[];
  at: number;
}

/**
 * Yields the items of `sources`, each in order of time, as one sequence in order of time. Holds no more than a batch of each. Where
 * times are the same, the earlier source comes first.
 */
export async function* mergeByTime<T extends Timed>(
  sources: readonly AsyncIterable<readonly T[]>[],
): AsyncGenerator<readonly T[]> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const opened = await Promise.all(iterators.map((iterator) => refill({ iterator, batch: [], at: 0 })));
    let live = opened.filter((source) => source !== undefined);
    while (live.length > 0) {
      const merged: T[] = [];
      let empty: Source<T> | undefined;
      while (empty === undefined) {
        const next = earliest(live);
        if (next === undefined) break;
        const item = next.batch[next.at++];
        if (item !== undefined) merged.push(item);
        if (next.at >= next.batch.length) empty = next;
      }
      yield merged;
      if (empty !== undefined && (await refill(empty)) === undefined) live = live.filter((source) => source !== empty);
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}

/** Undefined at its end. */
async function refill<T>(source: Source<T>): Promise<Source<T> | undefined> {
  do {
    const { done, value } = await source.iterator.next();
    if (done) return undefined;
    source.batch = value;
    source.at = 0;
  } while (source.batch.length === 0);
  return source;
}

function earliest<T extends Timed>(sources: readonly Source<T>[]): Source<T> | undefined {
  let first: Source<T> | undefined;
  let time = "";
  for (const source of sources) {
    const own = source.batch[source.at]?.time ?? "";
    if (first !== undefined && own >= time) continue;
    first = source;
    time = own;
  }
  return first;
}
