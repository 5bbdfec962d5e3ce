/** When a container that has ended starts again, as Docker decides it. Pure. */
import type { ContainerSpec } from "../container-spec.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
/** A run of this length makes the next delay the first again. */
const STEADY_MS = 10_000;

/** What is known of a container that has just ended. */
export interface Ended {
  readonly policy: ContainerSpec["restart"];
  readonly code: number;
  /** Milliseconds it ran. */
  readonly ran: number;
  /** Somebody asked for its end. */
  readonly stopped: boolean;
  /** How often it was started again since somebody started it. */
  readonly restarts: number;
  /** The delay before this run, in milliseconds; 0 when there was none. */
  readonly lastDelay: number;
}

/** Milliseconds until it starts again; undefined when it stays ended. */
export function restartDelay({ policy, code, ran, stopped, restarts, lastDelay }: Ended): number | undefined {
  if (stopped || !wants(policy, code, restarts)) return undefined;
  if (ran >= STEADY_MS || lastDelay === 0) return FIRST_DELAY_MS;
  return Math.min(lastDelay * 2, LONGEST_DELAY_MS);
}

/** Whether a container that does not run is started when the engine opens: "always" even when somebody had stopped it. */
export function startsWithEngine(policy: ContainerSpec["restart"], stopped: boolean): boolean {
  return policy?.name === "always" || (policy?.name === "unless-stopped" && !stopped);
}

function wants(policy: ContainerSpec["restart"], code: number, restarts: number): boolean {
  switch (policy?.name) {
    case "always":
    case "unless-stopped":
      return true;
    case "on-failure": {
      const { maximumRetryCount = 0 } = policy;
      return code !== 0 && (maximumRetryCount === 0 || restarts < maximumRetryCount);
    }
    default:
      return false;
  }
}
