/** `--dry-run`: what is there is read, and nothing is changed. */
import type { DockerClient } from "@skiff/docker/client";

/**
 * `client`, except that requests for changes are not sent: what would have been made has a made-up id, and everything else succeeds. Throws
 * for what joins a container, which cannot be rehearsed.
 */
export function rehearsalClient(client: DockerClient): DockerClient {
  let made = 0;
  return {
    async json<T>(path: string, request: Parameters<DockerClient["json"]>[1] = {}): Promise<T> {
      const { method = "GET" } = request;
      if (method === "GET" || method === "HEAD") return client.json<T>(path, request);
      if (!path.endsWith("/create")) return undefined as T;
      const id = `rehearsal-${++made}`;
      return { Id: id, Name: id, Warnings: null } as T;
    },
    open(path, request = {}) {
      const { method = "GET" } = request;
      if (method === "GET" || method === "HEAD") return client.open(path, request);
      return Promise.reject(new Error(`${path} cannot be rehearsed: leave out --dry-run`));
    },
    hijack: (path) => Promise.reject(new Error(`${path} cannot be rehearsed: leave out --dry-run`)),
    // Pulls, builds and pushes tell nothing.
    async *messages() {},
  };
}
