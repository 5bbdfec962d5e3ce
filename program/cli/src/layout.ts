/** Where an instance keeps its files: state under one data directory, run-time files (sockets, pids) under `/run`. */
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

export const DEFAULT_NAME = "skiff";

/** Paths of one instance. Nothing outside `data` and `run` belongs to it. */
export interface Layout {
  readonly name: string;
  readonly data: string;
  readonly run: string;
  readonly config: string;
  readonly pki: string;
  readonly store: string;
  readonly engine: string;
  readonly kubelet: string;
  readonly kubeconfig: string;
  readonly logs: string;
  readonly serverPid: string;
  readonly agentPid: string;
  readonly dockerSocket: string;
  readonly criSocket: string;
}

/** What a user may say to pick an instance. */
export interface InstanceChoice {
  readonly name?: string | undefined;
  readonly data?: string | undefined;
}

/** `/run/skiff` for the default instance, `/run/skiff-<name>` for others. */
export function runtimeDirectory(name: string): string {
  return name === DEFAULT_NAME ? "/run/skiff" : `/run/skiff-${name}`;
}

/**
 * The instance a user means: by name, by data directory, or by `SKIFF_NAME` and `SKIFF_DATA`; the default one otherwise. A data
 * directory that was used before knows its name. Throws when a name is not a DNS label of at most 20 characters.
 */
export function layoutFor(choice: InstanceChoice, env: NodeJS.ProcessEnv = process.env): Layout {
  const givenData = choice.data ?? env.SKIFF_DATA;
  const givenName = choice.name ?? env.SKIFF_NAME;
  const name = givenName ?? (givenData ? (nameRecordedIn(givenData) ?? nameFromPath(givenData)) : DEFAULT_NAME);
  if (!/^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/.test(name)) {
    throw new Error(`cannot use "${name}" as a name: it must be at most 20 lower case letters, digits and dashes`);
  }
  const data = resolve(givenData ?? (name === DEFAULT_NAME ? "/var/lib/skiff" : `/var/lib/skiff-${name}`));
  const run = runtimeDirectory(name);
  return {
    name,
    data,
    run,
    config: join(data, "config.json"),
    pki: join(data, "pki"),
    store: join(data, "store"),
    engine: join(data, "engine"),
    kubelet: join(data, "kubelet"),
    kubeconfig: join(data, "kubeconfig"),
    logs: join(data, "log"),
    serverPid: join(run, "server.pid"),
    agentPid: join(run, "agent.pid"),
    dockerSocket: join(run, "docker.sock"),
    criSocket: join(run, "cri.sock"),
  };
}

function nameRecordedIn(data: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(data, "config.json"), "utf8"));
    return typeof name === "string" ? name : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

// Two directories of the same base name must not share run-time files.
function nameFromPath(data: string): string {
  const path = resolve(data);
  if (path === "/var/lib/skiff") return DEFAULT_NAME;
  const word = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  // Loaded only here: an import costs `skiff run` 8 ms, which hardly ever needs it.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return `${word.slice(0, 12) || "x"}-${createHash("sha256").update(path).digest("hex").slice(0, 6)}`;
}
