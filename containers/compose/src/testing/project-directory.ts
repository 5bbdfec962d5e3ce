/** Projects for tests: directories that are removed when the test ends. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { LoadOptions } from "../load/load-options.ts";
import { loadProject } from "../load/load-project.ts";
import type { Project } from "../model.ts";

/** Writes `files` (path to text) into a new directory named `project`, which is removed after the test. Gives its path. */
export async function aProjectDirectory(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), "compose-")));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const directory = join(parent, "project");
  await mkdir(directory);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

/** Loads the project that `files` are; those named in `options.files` are merged, otherwise `compose.yaml` is found. */
export async function loadThese(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  options: Partial<LoadOptions> = {},
): Promise<Project> {
  const workingDirectory = await aProjectDirectory(t, files);
  return loadProject({ files: [], environment: {}, workingDirectory, ...options });
}
