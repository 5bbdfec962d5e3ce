/** Which files of the context a Dockerfile can come to use. Pure. */
import { posix } from "node:path";
import type { BuildPlan } from "@skiff/builder";

type Instruction = BuildPlan["stages"][number]["instructions"][number];

/**
 * Paths and patterns of the context that COPY, ADD and bind mounts of the planned stages name: a client need not send what nothing takes.
 * Empty where nothing does; undefined where it cannot be told beforehand.
 */
export function contextPaths({ stages }: Pick<BuildPlan, "stages">): readonly string[] | undefined {
  const named = stages.flatMap(({ instructions }) => instructions).map(pathsOf);
  const paths = new Set<string>();
  for (const some of named) {
    if (some === undefined) return undefined;
    for (const path of some) paths.add(posix.normalize(`/${path}`).replace(/^\/+|\/+$/g, ""));
  }
  // Variables have no value yet, and the whole context is every path.
  return [...paths].some((path) => path === "" || /[$"'\\]/.test(path)) ? undefined : [...paths];
}

function pathsOf(instruction: Instruction): readonly string[] | undefined {
  switch (instruction.do) {
    case "copy":
    case "add":
      return instruction.from === undefined ? instruction.sources.filter((path) => !/^https?:\/\//i.test(path)) : [];
    case "run":
      return instruction.mounts.flatMap(mountPaths);
    case "onbuild":
      return undefined;
    default:
      return [];
  }
}

function mountPaths(mount: string): readonly string[] {
  const options = new Map(
    mount.split(",").map((option): [string, string] => {
      const [name = "", ...value] = option.split("=");
      return [name, value.join("=")];
    }),
  );
  const isOfContext = (options.get("type") ?? "bind") === "bind" && !options.has("from");
  return isOfContext ? [options.get("source") ?? options.get("src") ?? "."] : [];
}
