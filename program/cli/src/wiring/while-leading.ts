import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { hostname } from "node:os";
import type { Logger } from "@skiff/api";
import { type Client, leaderElection } from "@skiff/client";

/** Which Lease in `kube-system` is competed for. */
export interface Election {
  readonly name: string;
  readonly client: Client;
  readonly log: Logger;
}

/**
 * Runs a component whenever this process is the leader; after losing the lead it competes again. Disposing stops
 * the component and gives the lead back.
 */
export function whileLeading(
  { name, client, log }: Election,
  start: (signal: AbortSignal) => Promise<AsyncDisposable>,
): AsyncDisposable {
  const stop = new AbortController();
  const { signal } = stop;
  const identity = `${hostname()}_${randomBytes(6).toString("hex")}`;
  const lead = async (leading: AbortSignal): Promise<void> => {
    await using _component = await start(leading);
    if (!leading.aborted) await once(leading, "abort");
  };
  const compete = async (): Promise<void> => {
    while (!signal.aborted) {
      await leaderElection(client, { namespace: "kube-system", name, identity, lead, log, signal }).catch((error) =>
        log.error("a component ended while it led", { name, error }),
      );
    }
  };
  const over = compete();
  return {
    [Symbol.asyncDispose]() {
      stop.abort();
      return over;
    },
  };
}
