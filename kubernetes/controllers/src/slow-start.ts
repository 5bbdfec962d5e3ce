/**
 * Calls `act` for each of `items`, in batches of 1, 2, 4, …, and stops at the first batch in which one failed: what fails
 * once (a quota, a rejecting webhook) mostly fails for all, and trying all would only load the server. Throws the first
 * failure after its batch has ended.
 */
export async function slowStart<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0, size = 1; from < items.length; from += size, size *= 2) {
    const results = await Promise.allSettled(items.slice(from, from + size).map(act));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }
}
