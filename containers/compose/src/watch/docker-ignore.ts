/** What the builds of services leave out of their contexts. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "../model.ts";
import type { IgnoreList } from "./rules.ts";

/** The lists of those services whose context is a directory with a .dockerignore, by service. A list with exceptions is not taken: it does not say that a directory can be passed over. */
export async function buildIgnores(project: Project): Promise<ReadonlyMap<string, IgnoreList>> {
  const lists = new Map<string, IgnoreList>();
  for (const { name, build } of Object.values(project.services)) {
    if (build === undefined || !build.context.startsWith("/")) continue;
    const patterns = linesOf(await textIfThere(join(build.context, ".dockerignore")));
    if (patterns.length > 0 && !patterns.some((pattern) => pattern.startsWith("!")))
      lists.set(name, { directory: build.context, patterns });
  }
  return lists;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

async function textIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return "";
    throw error;
  }
}
