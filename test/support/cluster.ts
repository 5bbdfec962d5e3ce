/** A cluster of its own for a test file, made with the command a user has, and removed without a trace. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, type Running, type RunOptions, run, start } from "./run.ts";
import { tools } from "./tools.ts";

export const SKIFF = new URL("../../skiff", import.meta.url).pathname;

/** Of each thing that is shown where a client took too long. */
const LINES_SHOWN = 400;

export interface Cluster extends AsyncDisposable {
  readonly name: string;
  readonly data: string;
  readonly kubeconfig: string;
  readonly dockerHost: string;
  /** Environment that points clients at this cluster. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs kubectl and gives what it left, whatever the exit code. */
  kubectl(args: readonly string[] | string, options?: RunOptions): Promise<Finished>;
  /** Runs kubectl, requires exit code 0, gives its standard output. */
  ok(args: readonly string[] | string, options?: RunOptions): Promise<string>;
  kubectlStart(args: readonly string[] | string): Running;
  /** `kubectl apply -f -` with these manifests. */
  apply(manifests: string): Promise<string>;
  helm(args: readonly string[] | string, options?: RunOptions): Promise<Finished>;
  skiff(args: readonly string[] | string, options?: RunOptions): Promise<Finished>;
}

/** Words of a command line; double quotes keep spaces together. */
export function words(line: readonly string[] | string): string[] {
  if (typeof line !== "string") return [...line];
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Starts a cluster (`skiff up`, with `options`) in a temporary directory. Disposing of it is `skiff down --purge`. */
export async function startCluster(name: string, options: readonly string[] = []): Promise<Cluster> {
  const { kubectl, helm } = tools();
  const home = mkdtempSync(join(tmpdir(), `skiff-${name}-`));
  const data = join(home, "data");
  const kubeconfig = join(data, "kubeconfig");
  const dockerHost = `unix:///run/skiff-${name}/docker.sock`;
  const env = {
    KUBECONFIG: kubeconfig,
    DOCKER_HOST: dockerHost,
    HOME: home,
    SKIFF_NAME: name,
    SKIFF_DATA: data,
  };
  const withEnv = (options: RunOptions = {}): RunOptions => ({ ...options, env: { ...env, ...options.env } });
  /** What a person would look at where something does not happen that should. */
  const present = async (): Promise<string> => {
    const shown = await Promise.all([
      run(kubectl, words("get pods -A -o yaml"), withEnv()),
      run(kubectl, words("get events -A"), withEnv()),
      run(SKIFF, ["logs"], withEnv()),
      run("ps", ["-eo", "pid,ppid,stat,etimes,wchan:20,args"]),
    ]);
    return shown
      .map(({ stdout, stderr }) => `${stdout}${stderr}`.split("\n").slice(-LINES_SHOWN).join("\n"))
      .join("\n\n");
  };
  const cluster: Cluster = {
    name,
    data,
    kubeconfig,
    dockerHost,
    env,
    async kubectl(args, options) {
      try {
        return await run(kubectl, words(args), withEnv(options));
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${await present()}`, { cause: error });
      }
    },
    async ok(args, options) {
      const done = await cluster.kubectl(args, options);
      assert.equal(done.code, 0, `kubectl ${words(args).join(" ")}\n${done.stdout}\n${done.stderr}`);
      return done.stdout;
    },
    kubectlStart: (args) => start(kubectl, words(args), withEnv()),
    apply: (manifests) => cluster.ok("apply -f -", { input: manifests }),
    helm: (args, options) => run(helm, words(args), withEnv(options)),
    skiff: (args, options) => run(SKIFF, words(args), withEnv({ timeout: 120_000, ...options })),
    async [Symbol.asyncDispose]() {
      const down = await cluster.skiff("down --purge");
      rmSync(home, { recursive: true, force: true });
      assert.equal(down.code, 0, down.stderr);
    },
  };
  const up = await cluster.skiff(["up", ...options]);
  if (up.code !== 0) {
    await cluster.skiff("down --purge");
    rmSync(home, { recursive: true, force: true });
    assert.fail(`skiff up: ${up.stderr}`);
  }
  return cluster;
}
