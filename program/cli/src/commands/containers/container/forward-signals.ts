import type { DockerClient } from "@skiff/docker/client";

/**
 * Passes this process's signals on to a container until the function it gives is called. With a terminal the keys reach the container as
 * bytes; signals are for the other case.
 */
export function forwardSignals(client: DockerClient, id: string, tty: boolean): () => void {
  const forward = (signal: NodeJS.Signals) => {
    // It may be over already.
    client.json(`/containers/${id}/kill`, { method: "POST", query: { signal } }).catch(() => undefined);
  };
  const signals: readonly NodeJS.Signals[] = tty
    ? ["SIGTERM", "SIGHUP"]
    : ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
