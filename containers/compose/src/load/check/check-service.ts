/** What a service must be by itself. */
import { attribute, type Mapping, type Node, type ScalarValue } from "../node.ts";
import { failAt, type Position } from "../source.ts";

/** An attribute and the one below `deploy` that says the same. */
const TWINS: readonly (readonly [string, readonly string[]])[] = [
  ["scale", ["deploy", "replicas"]],
  ["cpus", ["deploy", "resources", "limits", "cpus"]],
  ["mem_limit", ["deploy", "resources", "limits", "memory"]],
  ["mem_reservation", ["deploy", "resources", "reservations", "memory"]],
  ["pids_limit", ["deploy", "resources", "limits", "pids"]],
];

/** Throws `ComposeFileError` at the first attribute of `service` that is missing or contradicts another. */
export function checkService(name: string, service: Mapping, key: Position): void {
  const path = `services.${name}`;
  const has = (attributeName: string): boolean => isGiven(attribute(service, attributeName));
  const at = (attributeName: string): Position => service.entries.get(attributeName)?.key ?? key;

  if (!has("image") && !has("build") && !has("provider")) failAt(key, path, "needs an image or a build");
  if (has("network_mode") && has("networks"))
    failAt(at("network_mode"), `${path}.network_mode`, "network_mode and networks are mutually exclusive");
  for (const [one, other] of TWINS) {
    const [first, second] = [scalarOf(attribute(service, one)), scalarOf(follow(service, other))];
    if (first !== undefined && second !== undefined && first !== second) {
      failAt(at(one), `${path}.${one}`, `is ${first}, but ${other.join(".")} is ${second}`);
    }
  }
  const count = scalarOf(attribute(service, "scale")) ?? scalarOf(follow(service, ["deploy", "replicas"]));
  if (has("container_name") && typeof count === "number" && count > 1) {
    failAt(at("container_name"), `${path}.container_name`, `is one name, but there are to be ${count} containers`);
  }
  if (has("provider") && !isGiven(follow(service, ["provider", "type"])))
    failAt(at("provider"), `${path}.provider`, "needs a type");
  checkBuild(path, attribute(service, "build"));
  checkUlimits(`${path}.ulimits`, attribute(service, "ulimits"));
  checkWatch(path, service);
}

function checkBuild(path: string, build: Node | undefined): void {
  const inline = attribute(build, "dockerfile_inline");
  if (inline !== undefined && isGiven(inline) && isGiven(attribute(build, "dockerfile"))) {
    failAt(inline.at, `${path}.build`, "dockerfile and dockerfile_inline are mutually exclusive");
  }
  checkUlimits(`${path}.build.ulimits`, attribute(build, "ulimits"));
}

function checkUlimits(path: string, ulimits: Node | undefined): void {
  if (ulimits?.kind !== "map") return;
  for (const [name, { key, value }] of ulimits.entries) {
    if (value.kind !== "map") continue;
    for (const limit of ["soft", "hard"])
      if (!isGiven(attribute(value, limit))) failAt(key, `${path}.${name}`, `needs a ${limit} limit`);
  }
}

function checkWatch(path: string, service: Mapping): void {
  const watch = attribute(attribute(service, "develop"), "watch");
  if (watch?.kind !== "list") return;
  watch.items.forEach((item, index) => {
    const inner = `${path}.develop.watch[${index}]`;
    const action = scalarOf(attribute(item, "action"));
    for (const needed of ["path", "action"])
      if (!isGiven(attribute(item, needed))) failAt(item.at, inner, `needs ${needed}`);
    if (typeof action === "string" && action.startsWith("sync") && !isGiven(attribute(item, "target")))
      failAt(item.at, inner, `${action} needs a target`);
    if (action === "sync+exec" && !isGiven(attribute(item, "exec"))) failAt(item.at, inner, "sync+exec needs exec");
    if (action === "rebuild" && !isGiven(attribute(service, "build")))
      failAt(item.at, inner, "rebuild needs a service that is built");
  });
}

function isGiven(node: Node | undefined): boolean {
  return node !== undefined && node.tag !== "reset" && !(node.kind === "scalar" && node.value === null);
}

function follow(node: Node, path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((found, name) => attribute(found, name), node);
}

function scalarOf(node: Node | undefined): ScalarValue | undefined {
  return node?.kind === "scalar" && node.value !== null && node.tag !== "reset" ? node.value : undefined;
}
