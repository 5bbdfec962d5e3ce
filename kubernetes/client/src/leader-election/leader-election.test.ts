import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StatusError, type Transport } from "@skiff/api";
import { leases } from "@skiff/api/resources";
import { createClient } from "../client.ts";
import { delay } from "../delay.ts";
import { MemoryTransport } from "../testing/memory-transport.ts";
import { silentLog } from "../testing/silent-log.ts";
import { type LeaderElectionOptions, leaderElection } from "./leader-election.ts";

const namespace = "kube-system";
const key = `${namespace}/tested`;
const timing = { leaseDurationMs: 1000, renewDeadlineMs: 60, retryPeriodMs: 10 };

function elect(transport: Transport, identity: string, signal: AbortSignal, lead: LeaderElectionOptions["lead"]) {
  return leaderElection(createClient(transport), {
    namespace,
    name: "tested",
    identity,
    lead,
    signal,
    log: silentLog,
    ...timing,
  });
}

const untilAborted = (signal: AbortSignal) => delay(60_000, signal);

describe("leaderElection()", () => {
  it("leads one at a time, and hands over at once when the leader leaves", async () => {
    const transport = new MemoryTransport();
    const [first, second] = [new AbortController(), new AbortController()];
    const led: string[] = [];
    const leading = Promise.withResolvers<void>();
    const one = elect(transport, "one", first.signal, async (signal) => {
      led.push("one");
      leading.resolve();
      await untilAborted(signal);
    });
    await leading.promise;
    const two = elect(transport, "two", second.signal, async () => {
      led.push("two");
    });
    await delay(50, second.signal);
    assert.deepEqual(led, ["one"]);
    first.abort();
    assert.equal(await one, "ended");
    assert.equal(await two, "ended");
    assert.deepEqual(led, ["one", "two"]);
    const lease = await createClient(transport).get(leases, key);
    assert.deepEqual([lease.spec.holderIdentity, lease.spec.leaseTransitions], ["", 1]);
  });

  it("stops leading when it cannot renew in time", async () => {
    const memory = new MemoryTransport();
    let down = false;
    const transport: Transport = {
      watch: (call, signal) => memory.watch(call, signal),
      async call(call, signal) {
        if (down) throw StatusError.serviceUnavailable("down");
        return await memory.call(call, signal);
      },
    };
    const outcome = await elect(transport, "one", new AbortController().signal, (signal) => {
      down = true;
      return untilAborted(signal);
    });
    assert.equal(outcome, "lost");
  });
});
