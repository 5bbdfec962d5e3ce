import type { Engine, Volume } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";
import { hasLabel } from "../http/has-label.ts";

type Test = (volume: Volume, value: string, engine: Engine) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  dangling: ({ name }, value, { volumes }) => (volumes.users(name).length === 0) === isYes(value),
  driver: (_, value) => value === "local",
  label: (volume, value) => hasLabel(volume.labels, value),
  "label!": (volume, value) => !hasLabel(volume.labels, value),
  name: ({ name }, value) => name.includes(value),
};

/** Whether a volume passes all filters of a list. Throws 400 for a filter there is none of. */
export function volumeTest(
  engine: Engine,
  wanted: ReadonlyMap<string, readonly string[]>,
): (volume: Volume) => boolean {
  const tests = [...wanted].map(([name, values]) => {
    const test = TESTS[name];
    if (!test) throw new DockerError(400, `invalid filter '${name}'`);
    for (const value of values)
      if (name === "dangling" && !isYes(value) && !isNo(value))
        throw new DockerError(400, `invalid filter 'dangling=[${value}]'`);
    // Labels must all be there; of other filters one value is enough.
    if (name.startsWith("label")) return (volume: Volume) => values.every((value) => test(volume, value, engine));
    return (volume: Volume) => values.some((value) => test(volume, value, engine));
  });
  return (volume) => tests.every((test) => test(volume));
}

/** How a filter says no. */
export function isNo(value: string): boolean {
  return ["0", "false", "False", "FALSE", "f", "F"].includes(value);
}

/** How a filter says yes. */
export function isYes(value: string): boolean {
  return ["1", "true", "True", "TRUE", "t", "T"].includes(value);
}
