/** What the API calls a Time: whole seconds, in UTC. `ms` counts from 1970. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** What the API calls a MicroTime: microseconds, in UTC. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace(/Z$/, "000Z");
}
