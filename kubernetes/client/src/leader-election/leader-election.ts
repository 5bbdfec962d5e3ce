import { isNotFound, type Logger } from "@skiff/api";
import type { Lease } from "@skiff/api/coordination/v1";
import { leases } from "@skiff/api/resources";
import type { Client } from "../client.ts";
import { delay } from "../delay.ts";
import { claim, type Observation, observe, release } from "./lease-claim.ts";

export interface LeaderElectionOptions {
  readonly namespace: string;
  readonly name: string;
  /** Unique to this process, such as the host name and a random part. */
  readonly identity: string;
  /**
   * What the leader does. Called once, when the Lease is held; `signal` aborts when it is lost or the election ends. It
   * must have stopped acting when it resolves.
   */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly clock?: { now(): number } | undefined;
  readonly random?: (() => number) | undefined;
  /** How long others leave a holder alone that does not renew; 15 s. */
  readonly leaseDurationMs?: number | undefined;
  /** How long the holder goes on trying to renew before it gives up; 10 s. */
  readonly renewDeadlineMs?: number | undefined;
  /** How often it is tried; 2 s. */
  readonly retryPeriodMs?: number | undefined;
}

/**
 * Waits until this process holds the Lease, then leads while renewing it. Resolves with "lost" when the Lease could not be
 * renewed in time and `lead` has returned, with "ended" when `signal` aborted or `lead` returned by itself; the Lease is
 * then released, so that another need not wait for it to run out. At most one process leads at a time as long as clocks run
 * at about the same rate.
 */
export async function leaderElection(client: Client, options: LeaderElectionOptions): Promise<"lost" | "ended"> {
  const { signal, identity, clock = Date, random = Math.random } = options;
  const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryPeriodMs = 2_000 } = options;
  const key = { namespace: options.namespace, name: options.name };
  const log = options.log.with({ lease: `${key.namespace}/${key.name}`, identity });
  const candidate = { identity, leaseDurationMs };
  let seen: Observation | undefined;
  let current: Lease | undefined;

  while (!(await tryHold())) {
    await delay(retryPeriodMs * (1 + random() * 1.2), signal);
    if (signal.aborted) return "ended";
  }
  log.info("became leader");
  const leading = new AbortController();
  const led = options.lead(AbortSignal.any([signal, leading.signal]));
  const finished = new AbortController();
  const outcome = await Promise.race([renew(), led.then(() => "ended" as const)]).finally(() => {
    finished.abort();
    leading.abort();
  });
  await led;
  if (outcome === "ended") await giveBack();
  log.info("stopped leading", { outcome });
  return outcome;

  async function renew(): Promise<"lost" | "ended"> {
    const until = AbortSignal.any([signal, finished.signal]);
    let renewed = clock.now();
    while (!until.aborted) {
      await delay(retryPeriodMs, until);
      if (until.aborted) break;
      if (await tryHold(AbortSignal.any([until, AbortSignal.timeout(renewDeadlineMs)]))) renewed = clock.now();
      else if (clock.now() - renewed >= renewDeadlineMs) return "lost";
    }
    return "ended";
  }

  /** One attempt to get or keep the Lease. Losing a race or the server is a "no", to be tried again. */
  async function tryHold(until: AbortSignal = signal): Promise<boolean> {
    try {
      current = await read(until);
      if (current) seen = observe(current, seen, clock.now());
      const spec = claim(current && seen, candidate, clock.now());
      if (!spec) return false;
      current = current
        ? await client.update(leases, { ...current, spec }, { signal: until })
        : await client.create(
            leases,
            { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: key, spec },
            { signal: until },
          );
      seen = observe(current, seen, clock.now());
      return true;
    } catch (error) {
      if (!signal.aborted) log.debug("cannot hold the lease now", { error });
      return false;
    }
  }

  async function read(until: AbortSignal): Promise<Lease | undefined> {
    try {
      return await client.get(leases, key, until);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async function giveBack(): Promise<void> {
    if (!current || !seen || seen.spec.holderIdentity !== identity) return;
    try {
      await client.update(
        leases,
        { ...current, spec: release(seen, clock.now()) },
        { signal: AbortSignal.timeout(renewDeadlineMs) },
      );
    } catch (error) {
      // It then runs out by itself.
      log.debug("cannot release the lease", { error });
    }
  }
}
