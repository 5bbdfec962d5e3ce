import { isNotFound, type Logger } from "@skiff/api";
import type { SchedulerCache } from "./cache.ts";
import type { Profile, Rejection, ReservePlugin } from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Nominator } from "./nominator.ts";
import type { SchedulingQueue, Tried } from "./scheduling-queue.ts";
import type { StatusWriter } from "./status-writer.ts";

interface BindingDeps {
  readonly profile: Profile;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly status: StatusWriter;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Called when a binding has ended, one way or the other. */
  readonly settled: () => void;
}

/** Takes a Pod from its chosen node to being bound: Reserve and the assumption at once, the rest in the background. */
export class BindingCycle {
  readonly #deps: BindingDeps;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: BindingDeps) {
    this.#deps = deps;
  }

  /** How many Pods are on their way. */
  get count(): number {
    return this.#running.size;
  }

  /** Resolves when none is on its way. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Returns as soon as the Pod counts on `node`. */
  start(tried: Tried, node: NodeInfo): void {
    const { profile, cache, queue, status, settled } = this.#deps;
    const reserved: ReservePlugin[] = [];
    for (const plugin of profile.reserve) {
      reserved.push(plugin);
      const verdict = plugin.reserve(tried.info, node);
      if (verdict.fit) continue;
      unreserve(reserved, tried, node.name);
      queue.unschedulable(tried, new Set([plugin.name]));
      this.#track(status.waits(tried.info, "Unschedulable", verdict.reasons.join(", ")));
      return;
    }
    cache.assume(tried.info, node.name);
    this.#track(this.#bind(tried, node.name, reserved).finally(settled));
  }

  #track(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => this.#deps.log.error("binding cycle broke", { error }))
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  async #bind(tried: Tried, nodeName: string, reserved: readonly ReservePlugin[]): Promise<void> {
    const { profile, nominator, status, log, signal } = this.#deps;
    const { info } = tried;
    try {
      for (const plugin of profile.permit) {
        const verdict = await plugin.permit(info, nodeName, signal);
        if (!verdict.fit) return await this.#giveBack(tried, nodeName, reserved, { by: plugin.name, verdict });
      }
      for (const plugin of profile.preBind) await plugin.preBind(info, nodeName, signal);
      let bound = false;
      for (const plugin of profile.bind) {
        bound = await plugin.bind(info.pod, nodeName, signal);
        if (bound) break;
      }
      if (!bound) throw new Error(`Cannot bind ${info.key}: no bind plugin would`);
    } catch (error) {
      if (!signal.aborted) return await this.#giveBack(tried, nodeName, reserved, { error });
      return;
    }
    nominator.remove(info.key);
    log.debug("pod bound", { pod: info.key, node: nodeName, attempts: tried.attempts });
    status.bound(info, nodeName);
    for (const plugin of profile.postBind) plugin.postBind(info.pod, nodeName);
  }

  async #giveBack(
    tried: Tried,
    nodeName: string,
    reserved: readonly ReservePlugin[],
    why: { readonly error: unknown } | { readonly by: string; readonly verdict: Rejection },
  ): Promise<void> {
    const { cache, queue, status, log } = this.#deps;
    unreserve(reserved, tried, nodeName);
    const { info } = tried;
    cache.forget(info.key);
    // What it held is free again, for whoever waits for that.
    queue.happened({ on: "Pod/delete", pod: info });
    if ("error" in why) {
      if (isNotFound(why.error)) return; // the Pod is gone; its event is on the way
      log.warn("pod not bound, will try again", { pod: info.key, node: nodeName, error: why.error });
      queue.failed(tried);
      await status.waits(info, "SchedulerError", `binding rejected: ${messageOf(why.error)}`);
      return;
    }
    queue.unschedulable(tried, new Set([why.by]));
    await status.waits(info, "Unschedulable", why.verdict.reasons.join(", "));
  }
}

function unreserve(reserved: readonly ReservePlugin[], { info }: Tried, nodeName: string): void {
  for (const plugin of reserved.toReversed()) plugin.unreserve(info, nodeName);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
