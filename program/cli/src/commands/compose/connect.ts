/** The engine that `skiff compose` speaks to. */
import { type DockerClient, dockerClient } from "@skiff/docker/client";
import { layoutFor } from "../../layout.ts";

/** The newest version of the API that is spoken. */
const NEWEST = "1.51";
const PING_MS = 10_000;

/** An engine, and the version of its API that is spoken. */
export interface Connection {
  readonly client: DockerClient;
  readonly apiVersion: string;
}

/**
 * A client of the engine at `DOCKER_HOST` where that is set, in a version both sides know; of this instance's otherwise. Its requests
 * are abandoned when `signal` aborts. Throws for a DOCKER_HOST that is no unix socket.
 */
export async function connect(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Connection> {
  const host = env.DOCKER_HOST ?? "";
  if (host === "") return { client: dockerClient(layoutFor({}).dockerSocket, { signal }), apiVersion: NEWEST };
  const socket = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
  if (socket === undefined)
    throw new Error(`cannot use DOCKER_HOST=${host}: only unix sockets can be reached (unix:///run/…)`);
  const apiVersion = env.DOCKER_API_VERSION || olderOf(NEWEST, await versionOf(socket));
  return { client: dockerClient(socket, { version: apiVersion, signal }), apiVersion };
}

/** What the engine announces of itself; undefined where it announces nothing. */
function versionOf(socketPath: string): Promise<string | undefined> {
  const http = process.getBuiltinModule("node:http");
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, path: "/_ping", timeout: PING_MS }, (response) => {
      response.resume();
      const header = response.headers["api-version"];
      resolve(typeof header === "string" ? header : undefined);
    });
    request.on("timeout", () => request.destroy(new Error(`nobody answers on ${socketPath}`)));
    request.on("error", (cause) =>
      reject(new Error(`cannot reach the engine on ${socketPath}: ${cause.message}`, { cause })),
    );
    request.end();
  });
}

/** The lower one of two versions; `a` where `b` is none. */
export function olderOf(a: string, b: string | undefined): string {
  if (b === undefined || !/^\d+\.\d+$/.test(b)) return a;
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return bMajor < aMajor || (bMajor === aMajor && bMinor < aMinor) ? b : a;
}
