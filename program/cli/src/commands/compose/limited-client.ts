/** `--parallel`: no more than so many requests that change something at a time. */
import type { DockerClient, DockerRequest } from "@skiff/docker/client";

/** `client`, with at most `limit` changes under way; what only reads, listens or waits is not counted. */
export function limitedClient(client: DockerClient, limit: number): DockerClient {
  const waiting: (() => void)[] = [];
  let free = limit;

  async function enter(): Promise<void> {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }
  // The place goes to the next in line, and is never free in between.
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  }
  const counts = ({ method = "GET" }: DockerRequest = {}): boolean => method !== "GET" && method !== "HEAD";

  return {
    ...client,
    async json<T>(path: string, request?: DockerRequest): Promise<T> {
      if (!counts(request)) return client.json<T>(path, request);
      await enter();
      try {
        return await client.json<T>(path, request);
      } finally {
        leave();
      }
    },
    // Pulls, builds and pushes: they last as long as they tell of themselves.
    async *messages(path, request) {
      await enter();
      try {
        yield* client.messages(path, request);
      } finally {
        leave();
      }
    },
  };
}
