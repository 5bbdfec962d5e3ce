/** Images of a directory: one for every folder in it that has a Dockerfile. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type DockerClient, dockerClient } from "@skiff/docker/client";
import { buildImage } from "@skiff/docker/client/build";
import type { Progress, Report } from "../commands/progress.ts";
import type { Layout } from "../layout.ts";

/** A folder to build, and the name its image gets. */
export interface PlannedImage {
  readonly name: string;
  readonly context: string;
}

const MAX_DEPTH = 8;

/**
 * What there is to build in `dir`: `dir` itself as `<name of dir>:dev` and each folder below it as `<name of dir>/<path with dashes>:dev`,
 * in the order of their paths. Hidden folders and `node_modules` are left out. Throws where a name would be no image name.
 */
export function planImages(dir: string): PlannedImage[] {
  const root = basename(dir).toLowerCase();
  return foldersWithDockerfile(dir, "", 0).map((path) => {
    const name = path === "" ? `${root}:dev` : `${root}/${path.toLowerCase().replaceAll("/", "-")}:dev`;
    if (!/^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)?:dev$/.test(name))
      throw new Error(`cannot build ${join(dir, path)}: "${name}" is not an image name; rename the folder`);
    return { name, context: join(dir, path) };
  });
}

/** Builds them one after the other (a base image that is missing is made only once) and gives name → image id. */
export async function buildImages(
  layout: Layout,
  dir: string,
  progress: Progress,
): Promise<ReadonlyMap<string, string>> {
  const client = dockerClient(layout.dockerSocket);
  const built = new Map<string, string>();
  for (const image of planImages(dir)) {
    const id = await progress.stage(`image ${image.name}`, (report) => build(client, image, report));
    built.set(image.name, id);
  }
  return built;
}

const LAST_LINES = 30;

async function build(client: DockerClient, { name, context }: PlannedImage, report: Report): Promise<string> {
  const lastLines: string[] = [];
  const output = (text: string): void => {
    for (const line of text.split("\n")) {
      if (line.trim() === "") continue;
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      if (/^(?:Step \d|Pulling |Making |Made )/.test(line)) report(line);
    }
  };
  try {
    return await buildImage(client, { context, tags: [name], output });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot build ${name}: ${[...lastLines, message].join("\n  ")}`, { cause: error });
  }
}

function foldersWithDockerfile(dir: string, path: string, depth: number): string[] {
  const entries = readdirSync(join(dir, path), { withFileTypes: true });
  const own = entries.some((entry) => entry.name === "Dockerfile" && !entry.isDirectory()) ? [path] : [];
  if (depth === MAX_DEPTH) return own;
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map(({ name }) => name)
    .sort();
  return [
    ...own,
    ...folders.flatMap((name) => foldersWithDockerfile(dir, path === "" ? name : `${path}/${name}`, depth + 1)),
  ];
}
