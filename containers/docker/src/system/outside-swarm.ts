/** Swarm's operations, answered as a daemon that is in no swarm answers them; and plugins, of which there are none. */
import { filters, type Handler, integer } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import type { Route } from "../http/serve.ts";

/** What a daemon says that is in no swarm. */
export const NOT_A_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

const notManager: Handler = async () => {
  throw new DockerError(503, NOT_A_MANAGER);
};
const notMember: Handler = async () => {
  throw new DockerError(503, "This node is not part of a swarm");
};
const cannotJoin: Handler = async () => {
  throw new DockerError(501, "Swarm mode is not supported: clusters are made by skiff up");
};
const noSuchPlugin: Handler = async ({ params }) => {
  throw new DockerError(404, `plugin ${JSON.stringify(params.name)} not found`);
};

/** Kinds of objects that live in a swarm. */
const KINDS = ["nodes", "services", "tasks", "secrets", "configs"];

/** Everything about swarms and plugins. */
export const outsideSwarmRoutes: readonly Route[] = [
  ...KINDS.flatMap((kind) =>
    ["GET", "POST", "DELETE"].flatMap((method) => [
      { method, path: `/${kind}`, handler: notManager },
      { method, path: `/${kind}/{rest*}`, handler: notManager },
    ]),
  ),
  { method: "GET", path: "/swarm", handler: notManager },
  { method: "GET", path: "/swarm/unlockkey", handler: notManager },
  { method: "POST", path: "/swarm/update", handler: notManager },
  { method: "POST", path: "/swarm/unlock", handler: notMember },
  { method: "POST", path: "/swarm/leave", handler: notMember },
  { method: "POST", path: "/swarm/init", handler: cannotJoin },
  { method: "POST", path: "/swarm/join", handler: cannotJoin },

  { method: "GET", path: "/plugins", handler: async () => ({ status: 200, json: [] }) },
  { method: "GET", path: "/plugins/{name*}/json", handler: noSuchPlugin },
  { method: "POST", path: "/plugins/{name*}/{action}", handler: noSuchPlugin },
  { method: "DELETE", path: "/plugins/{name*}", handler: noSuchPlugin },
];

const SEARCH_FILTERS = ["is-automated", "is-official", "stars"];

/** GET /images/search: asks nobody, because registries but Docker Hub's own cannot be asked. Throws 400 and 501. */
export const searchImages: Handler = async (call) => {
  const limit = integer(call, "limit") ?? 25;
  if (limit < 1 || limit > 100) throw new DockerError(400, `limit ${limit} is outside the range of [1, 100]`);
  for (const name of filters(call).keys())
    if (!SEARCH_FILTERS.includes(name)) throw new DockerError(400, `invalid filter '${name}'`);
  throw new DockerError(501, "searching Docker Hub is not supported");
};

/** POST /build/prune: the builder's steps are images, which `docker image prune` removes. */
export const pruneBuildCache: Handler = async () => ({ status: 200, json: { CachesDeleted: [], SpaceReclaimed: 0 } });
