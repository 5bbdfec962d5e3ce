/**
 * Lets callers share calls of `run` without getting an answer that is older than their question: while one is under way,
 * all that ask get the answer of the next, which begins when it is over.
 */
export function sharedCalls<T>(run: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;

  const start = (): Promise<T> => {
    const call = run();
    // How it ended is its callers' business; here it only makes room.
    const over = call.then(
      () => {},
      () => {},
    );
    underWay = over;
    void over.then(() => {
      if (underWay === over) underWay = undefined;
    });
    return call;
  };

  return () => {
    if (underWay === undefined) return start();
    next ??= underWay.then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
}
