/** The filters of a list of containers, as dockerd reads them. Pure. */

import type { Container, UserNetwork } from "@skiff/engine";
import { DockerError, noSuchContainer } from "../http/docker-error.ts";
import { hasLabel } from "../http/has-label.ts";
import { displayName } from "../images/display-name.ts";
import { networkName } from "../networks/network-shape.ts";
import { isNo, isYes } from "../volumes/volume-filters.ts";
import { stateOf } from "./describe-container.ts";

type Test = (container: Container, value: string) => boolean;

const STATES = ["created", "dead", "exited", "paused", "removing", "restarting", "running"];
const HEALTH = ["none", "starting", "healthy", "unhealthy"];
const PORTS = /^\d{1,5}(-\d{1,5})?(\/(tcp|udp|sctp))?$/;
/** Filters of which a container must fit every value; of others one is enough. */
const ALL_OF = new Set(["label"]);

/** The tests that a container must pass. Throws 400 for what is no filter, 404 for a container that others are compared with. */
export function containerTests(
  wanted: ReadonlyMap<string, readonly string[]>,
  containers: readonly Container[],
  networks: readonly UserNetwork[],
): ((container: Container) => boolean)[] {
  const tests: Readonly<Record<string, Test>> = {
    ...TESTS,
    before: (container, value) => container.createdAt < named(containers, value).createdAt,
    since: (container, value) => container.createdAt > named(containers, value).createdAt,
    network: ({ spec: { network = "bridge" } }, value) => {
      if (typeof network === "string") return network === value;
      if (!("networks" in network)) return false;
      return network.networks.some((each) => each.network === value || networkName(each.network, networks) === value);
    },
  };
  return [...wanted].map(([name, values]) => {
    const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
    if (test === undefined) throw new DockerError(400, `invalid filter '${name}'`);
    for (const value of values) check(name, value, containers);
    return (container) =>
      ALL_OF.has(name)
        ? values.every((value) => test(container, value))
        : values.some((value) => test(container, value));
  });
}

const TESTS: Readonly<Record<string, Test>> = {
  id: ({ id }, value) => id.startsWith(value),
  name: ({ name }, value) => pattern(value)(`/${name}`) || pattern(value)(name),
  status: (container, value) => stateOf(container) === value,
  exited: ({ state, exit }, value) => state === "exited" && String(exit?.code) === value,
  ancestor: ({ spec, imageId }, value) =>
    imageId.replace(/^sha256:/, "").startsWith(value.replace(/^sha256:/, "")) ||
    ("image" in spec.root && displayName(spec.root.image) === displayName(value)),
  health: ({ health }, value) => (health?.status ?? "none") === value,
  label: ({ spec }, value) => hasLabel(spec.labels, value),
  volume: ({ spec }, value) => (spec.mounts ?? []).some(({ source, target }) => source === value || target === value),
  publish: ({ spec }, value) => {
    const [port = "", protocol = "tcp"] = value.split("/");
    return (spec.ports ?? []).some((each) => inRange(each.hostPort, port) && each.protocol === protocol);
  },
  expose: ({ spec }, value) => {
    const [port = "", protocol = "tcp"] = value.split("/");
    const exposed = Object.keys((spec.asked?.Config?.ExposedPorts as object | undefined) ?? {});
    return exposed.some((each) => inRange(Number.parseInt(each, 10), port) && each.endsWith(`/${protocol}`));
  },
  "is-task": (_, value) => !isYes(value),
  // There is one way of isolation on Linux, and it has no name.
  isolation: () => true,
};

function check(name: string, value: string, containers: readonly Container[]): void {
  const invalid = (why: string): never => {
    throw new DockerError(400, `invalid filter '${name}=${value}': ${why}`);
  };
  if (name === "status" && !STATES.includes(value)) throw new DockerError(400, `invalid filter 'status=${value}'`);
  if (name === "exited" && !/^-?\d+$/.test(value))
    invalid(`strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
  if (name === "is-task" && !isYes(value) && !isNo(value))
    throw new DockerError(400, `invalid filter 'is-task=[${value}]'`);
  if (name === "health" && !HEALTH.includes(value))
    invalid(`invalid value for health (${value}): must be one of ${HEALTH.join(", ")}`);
  if ((name === "publish" || name === "expose") && !PORTS.test(value))
    throw new DockerError(
      400,
      `error while looking up for ${name} ${value}: strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`,
    );
  if (name === "before" || name === "since") named(containers, value);
}

function named(containers: readonly Container[], value: string): Container {
  const found = containers.find(({ id, name }) => name === value.replace(/^\//, "") || id.startsWith(value));
  if (found === undefined) throw noSuchContainer(value);
  return found;
}

function inRange(port: number, text: string): boolean {
  const [first, last = first] = text.split("-").map(Number);
  return first !== undefined && last !== undefined && port >= first && port <= last;
}

/** A pattern of the kind people write, else the text itself. Quantifiers that could take forever are taken literally. */
function pattern(text: string): (name: string) => boolean {
  if (text.length > 200 || /[+*}]\)?[+*{]/.test(text)) return (name) => name.includes(text);
  try {
    const expression = new RegExp(text);
    return (name) => expression.test(name);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return (name) => name.includes(text);
  }
}
