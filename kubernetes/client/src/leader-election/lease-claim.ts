import type { Lease, LeaseSpec } from "@skiff/api/coordination/v1";
import { microTime } from "../timestamp.ts";

/** What was last read of a Lease, and when by the own clock: other machines' clocks are not to be trusted. */
export interface Observation {
  readonly spec: LeaseSpec;
  readonly at: number;
}

export interface Candidate {
  readonly identity: string;
  readonly leaseDurationMs: number;
}

/** Takes note of `lease`; the clock starts anew only when something in it changed. */
export function observe(lease: Lease, last: Observation | undefined, now: number): Observation {
  const spec = lease.spec ?? {};
  const same = last && last.spec.holderIdentity === spec.holderIdentity && last.spec.renewTime === spec.renewTime;
  return same ? last : { spec, at: now };
}

/**
 * The Lease as `candidate` should write it now, to hold it or go on holding it; undefined while it is someone else's, whose
 * time, counted from when their last renewal was seen, has not run out.
 */
export function claim(seen: Observation | undefined, candidate: Candidate, now: number): LeaseSpec | undefined {
  const holder = seen?.spec.holderIdentity ?? "";
  const mine = holder === candidate.identity;
  if (seen && holder && !mine) {
    const durationMs = (seen.spec.leaseDurationSeconds ?? candidate.leaseDurationMs / 1000) * 1000;
    if (seen.at + durationMs > now) return undefined;
  }
  const transitions = seen?.spec.leaseTransitions ?? 0;
  return {
    holderIdentity: candidate.identity,
    leaseDurationSeconds: Math.round(candidate.leaseDurationMs / 1000),
    acquireTime: mine ? seen?.spec.acquireTime : microTime(now),
    renewTime: microTime(now),
    leaseTransitions: mine || !seen ? transitions : transitions + 1,
  };
}

/** The Lease of a holder that leaves: free at once. */
export function release(seen: Observation, now: number): LeaseSpec {
  return {
    holderIdentity: "",
    leaseDurationSeconds: 1,
    acquireTime: microTime(now),
    renewTime: microTime(now),
    leaseTransitions: seen.spec.leaseTransitions ?? 0,
  };
}
