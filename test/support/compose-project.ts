/** A Compose project in a directory of its own, driven by `skiff compose`. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Cluster, SKIFF, words } from "./cluster.ts";
import { type Finished, type Running, type RunOptions, run, start } from "./run.ts";
import { dockerCli } from "./tools.ts";

const PROJECTS = new URL("../compose/", import.meta.url).pathname;

export interface ComposeProject {
  readonly name: string;
  readonly directory: string;
  /** Runs `skiff compose` with these arguments and gives what it left, whatever the exit code. */
  compose(args: readonly string[] | string, options?: RunOptions): Promise<Finished>;
  /** The same; requires exit code 0 and gives its standard output. */
  ok(args: readonly string[] | string, options?: RunOptions): Promise<string>;
  start(args: readonly string[] | string): Running;
  /** Writes a file of the project. */
  write(path: string, text: string): void;
  /** What the engine has of the project: "container shop-web-1", "network shop_default", "volume shop_data". */
  leftovers(): Promise<string[]>;
  /** Takes everything down and removes the directory. */
  dispose(): Promise<void>;
}

/** Makes a project of these files (path → text), or of the project of that name in `test/compose`. */
export function composeProject(
  cluster: Pick<Cluster, "env">,
  name: string,
  files: Readonly<Record<string, string>> = {},
): ComposeProject {
  const home = mkdtempSync(join(tmpdir(), "skiff-compose-"));
  const directory = join(home, name);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  if (Object.keys(files).every((path) => !/^(?:docker-)?compose\.ya?ml$/.test(path)))
    cpSync(join(PROJECTS, name), directory, { recursive: true });
  for (const [path, text] of Object.entries(files)) write(path, text);
  const options = (given: RunOptions = {}): RunOptions => ({
    timeout: 120_000,
    cwd: directory,
    ...given,
    env: { ...cluster.env, ...given.env },
  });
  const project: ComposeProject = {
    name,
    directory,
    write,
    compose: (args, given) => run(SKIFF, ["compose", ...words(args)], options(given)),
    async ok(args, given) {
      const { code, stdout, stderr } = await project.compose(args, given);
      assert.equal(code, 0, `skiff compose ${words(args).join(" ")}\n${stdout}\n${stderr}`);
      return stdout;
    },
    start: (args) => start(SKIFF, ["compose", ...words(args)], options()),
    async leftovers() {
      const labelled = `label=com.docker.compose.project=${name}`;
      const list = async (kind: string, args: string): Promise<string[]> => {
        const { stdout } = await run(dockerCli(), [...args.split(" "), "--filter", labelled], { env: cluster.env });
        return stdout.split("\n").flatMap((line) => (line === "" ? [] : [`${kind} ${line}`]));
      };
      const all = await Promise.all([
        list("container", "ps -a --format {{.Names}}"),
        list("network", "network ls --format {{.Name}}"),
        list("volume", "volume ls -q"),
      ]);
      return all.flat();
    },
    async dispose() {
      await project.compose("--profile * down -v -t 0 --remove-orphans");
      rmSync(home, { recursive: true, force: true });
    },
  };
  return project;
}
