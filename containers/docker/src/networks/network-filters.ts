import { DockerError } from "../http/docker-error.ts";
import { hasLabel } from "../http/has-label.ts";
import { isYes } from "../volumes/volume-filters.ts";
import { isOwn, type KnownNetwork } from "./network-shape.ts";

type Test = (network: KnownNetwork, value: string, used: ReadonlySet<string>) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  dangling: ({ key, driver }, value, used) => (isOwn({ key, driver }) && !used.has(key)) === isYes(value),
  driver: ({ driver }, value) => driver === value,
  id: ({ id }, value) => id.startsWith(value),
  label: (network, value) => hasLabel(network.labels, value),
  "label!": (network, value) => !hasLabel(network.labels, value),
  name: ({ name }, value) => name.includes(value),
  scope: (_, value) => value === "local",
  type: (network, value) => {
    if (value !== "custom" && value !== "builtin") throw new DockerError(400, `invalid filter: 'type'='${value}'`);
    return (value === "custom") === isOwn(network);
  },
};

/** Whether a network passes all filters of a list; `used` are the keys of those that containers are in. Throws 400. */
export function networkTest(
  wanted: ReadonlyMap<string, readonly string[]>,
  used: ReadonlySet<string>,
): (network: KnownNetwork) => boolean {
  const tests = [...wanted].map(([name, values]) => {
    const test = TESTS[name];
    if (!test) throw new DockerError(400, `invalid filter '${name}'`);
    if (name.startsWith("label")) return (network: KnownNetwork) => values.every((value) => test(network, value, used));
    return (network: KnownNetwork) => values.some((value) => test(network, value, used));
  });
  return (network) => tests.every((test) => test(network));
}
