/** Events between the core group, in which they are stored, and events.k8s.io: the same fields under other names. */
const EVENT_FIELDS = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
] as const;

/** The Event as the core group has it. */
export function eventToCore(event: object): object {
  return rename(event, "v1", 1, 0);
}

/** The Event as events.k8s.io has it. */
export function eventFromCore(event: object): object {
  return rename(event, "events.k8s.io/v1", 0, 1);
}

function rename(object: object, apiVersion: string, from: 0 | 1, to: 0 | 1): object {
  const renamed: Record<string, unknown> = { ...object, apiVersion };
  for (const names of EVENT_FIELDS) {
    const value = renamed[names[from]];
    delete renamed[names[from]];
    if (value !== undefined) renamed[names[to]] = value;
  }
  return renamed;
}
