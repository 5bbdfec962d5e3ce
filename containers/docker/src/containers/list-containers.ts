/** GET /containers/json. */
import type { Container } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { filters, flag, type Handler, integer } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { displayName } from "../images/display-name.ts";
import { summaryShape } from "./describe-container.ts";

export function listContainers({ engine, now }: Deps): Handler {
  return async function listContainers(call) {
    const wanted = filters(call);
    const limit = integer(call, "limit") ?? 0;
    const all = flag(call, "all") || limit > 0 || wanted.has("status") || wanted.has("exited");
    const tests = [...wanted].map(([name, values]) => {
      const test = TESTS[name];
      if (test === undefined) throw new DockerError(400, `invalid filter '${name}'`);
      return (container: Container) =>
        name === "label"
          ? values.every((value) => test(container, value))
          : values.some((value) => test(container, value));
    });
    const containers = (await engine.containers.list())
      .filter(
        (container) =>
          (all || ["running", "paused", "restarting"].includes(container.state)) &&
          tests.every((test) => test(container)),
      )
      .sort((a, b) => b.createdAt - a.createdAt);
    const shown = limit > 0 ? containers.slice(0, limit) : containers;
    const surroundings = { volumes: await engine.volumes.list(), networks: engine.userNetworks.list() };
    return { status: 200, json: shown.map((container) => summaryShape(container, surroundings, now())) };
  };
}

const TESTS: Readonly<Record<string, (container: Container, value: string) => boolean>> = {
  id: ({ id }, value) => id.startsWith(value),
  name: ({ name }, value) => name.includes(value.replace(/^\^?\/?|\$$/g, "")),
  status: ({ state }, value) => state === value,
  exited: ({ exit }, value) => exit !== undefined && String(exit.code) === value,
  ancestor: ({ spec, imageId }, value) =>
    imageId.includes(value) || ("image" in spec.root && displayName(spec.root.image) === displayName(value)),
  health: ({ health }, value) => (health?.status ?? "none") === value,
  label: ({ spec }, value) => {
    const equals = value.indexOf("=");
    const found = spec.labels?.[equals < 0 ? value : value.slice(0, equals)];
    return equals < 0 ? found !== undefined : found === value.slice(equals + 1);
  },
};
