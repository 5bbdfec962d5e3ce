const enforced = process.env.NODE_ENV === "test" || process.env.NODE_TEST_CONTEXT !== undefined;

/**
 * Under test, freezes `object` through and through, so that a change of a shared object throws where it is made.
 * Otherwise nothing: the types already say `readonly`, and walking every object would cost more than caching it.
 */
export function freezeUnderTest<T>(object: T): T {
  if (enforced) deepFreeze(object);
  return object;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
}
