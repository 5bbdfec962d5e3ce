import type { Logger } from "@skiff/api";
import { namespaces, nodes, pods } from "@skiff/api/resources";
import { type Client, EventRecorder, informers } from "@skiff/client";
import { BindingCycle } from "./binding-cycle.ts";
import { SchedulerCache } from "./cache.ts";
import { followCluster } from "./cluster-events.ts";
import { fitMessage, NO_NODES } from "./fit-error.ts";
import type { Plugin, PostFilterResult, Profile } from "./framework.ts";
import { Nominator } from "./nominator.ts";
import { defaultProfile } from "./plugins/index.ts";
import { type SchedulingContext, schedulePod, wouldFit } from "./schedule-pod.ts";
import { SchedulingQueue, type Tried } from "./scheduling-queue.ts";
import { StatusWriter } from "./status-writer.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Only Pods that ask for this scheduler are its business; `default-scheduler` unless given. */
  readonly schedulerName?: string | undefined;
  /** What runs at each extension point; kube-scheduler's defaults unless given. */
  readonly profile?: Profile | undefined;
  readonly clock?: { now(): number } | undefined;
  readonly random?: (() => number) | undefined;
}

/** After this many milliseconds of choosing nodes, other work of the process gets its turn. */
const TURN_MS = 8;
/** So many bindings may be on their way at once; beyond that the API server sets the pace. */
const MAX_BINDING = 256;

/**
 * Gives every Pod that waits for one a node, from the moment the caches have synced until `signal` aborts or it is disposed of.
 * A Pod is tried as soon as its event arrives; choosing is synchronous, binding goes on in the background.
 */
export async function startScheduler(options: SchedulerOptions): Promise<AsyncDisposable> {
  const { client, log, schedulerName = "default-scheduler", random = Math.random } = options;
  const now = options.clock ? options.clock.now.bind(options.clock) : Date.now;
  const profile = options.profile ?? defaultProfile(client);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const factory = informers(client, { log, signal });
  const sources = { pods: factory.for(pods), nodes: factory.for(nodes), namespaces: factory.for(namespaces) };
  const cache = new SchedulerCache((name) => sources.namespaces.cache.get(name)?.metadata.labels);
  const nominator = new Nominator();
  const events = new EventRecorder({ client, component: schedulerName, log, signal });
  const status = new StatusWriter({ client, events, log, signal, now });
  const context: SchedulingContext = {
    snapshot: cache,
    profile,
    nominatedTo: (nodeName) => nominator.on(nodeName),
    random,
  };
  let scheduled = false;
  const wake = () => {
    if (scheduled || signal.aborted) return;
    scheduled = true;
    setImmediate(turn);
  };
  const queue = new SchedulingQueue({ sort: profile.queueSort, plugins: pluginsOf(profile), now, ready: wake });
  const binding = new BindingCycle({ profile, cache, queue, nominator, status, log, signal, settled: wake });
  const background = new Set<Promise<void>>();

  /** Tries Pods until none is left or the turn is over. */
  function turn(): void {
    scheduled = false;
    const end = performance.now() + TURN_MS;
    while (!signal.aborted && binding.count < MAX_BINDING) {
      const tried = queue.pop();
      if (!tried) return;
      try {
        schedule(tried);
      } catch (error) {
        log.error("scheduling failed", { pod: tried.info.key, error });
        inBackground(status.waits(tried.info, "SchedulerError", String(error)));
        queue.failed(tried);
      }
      if (performance.now() <= end) continue;
      wake();
      return;
    }
  }

  function schedule(tried: Tried): void {
    const { info } = tried;
    const choice = schedulePod(info, context);
    if ("node" in choice) {
      binding.start(tried, choice.node);
      return;
    }
    const { failure } = choice;
    const rejectedBy = new Set(failure.rejectedBy);
    let outcome: PostFilterResult | undefined;
    const cycle = { snapshot: cache, fitsOn: (node: Parameters<typeof wouldFit>[1]) => wouldFit(info, node, context) };
    for (const plugin of failure.nodeCount === 0 ? [] : profile.postFilter) {
      outcome = plugin.postFilter(info, failure.rejected, cycle);
      rejectedBy.add(plugin.name);
      if (outcome.nominated) break;
    }
    // Without any node nobody was asked: whatever wakes on a node is right.
    if (failure.nodeCount === 0) for (const plugin of profile.filter) rejectedBy.add(plugin.name);
    queue.unschedulable(tried, rejectedBy);
    const message = failure.nodeCount === 0 ? NO_NODES : fitMessage(failure, outcome?.message);
    log.debug("pod fits nowhere", { pod: info.key, message });
    const { nominated } = outcome ?? {};
    if (nominated) nominator.set(info, nominated.node);
    inBackground(status.waits(info, "Unschedulable", message, nominated?.node));
    for (const victim of nominated?.victims ?? []) inBackground(status.preempt(victim, info, nominated?.node ?? ""));
  }

  function inBackground(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => log.error("scheduler status not written", { error }))
      .finally(() => background.delete(done));
    background.add(done);
  }

  const start = async () => {
    factory.start();
    await factory.synced(signal);
    const preEnqueue = profile.preEnqueue;
    const unfollow = followCluster(sources, { schedulerName, cache, queue, nominator, preEnqueue, log });
    signal.addEventListener("abort", unfollow, { once: true });
  };
  signal.addEventListener("abort", () => queue.close(), { once: true });
  start().catch((error: unknown) => {
    if (!signal.aborted) log.error("scheduler not started", { error });
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await binding.idle();
      await Promise.all(background);
      await events.flushed();
    },
  };
}

function pluginsOf(profile: Profile): Set<Plugin> {
  return new Set<Plugin>([
    profile.queueSort,
    ...profile.preEnqueue,
    ...profile.filter,
    ...profile.postFilter,
    ...profile.reserve,
    ...profile.permit,
    ...profile.preBind,
    ...profile.bind,
  ]);
}
