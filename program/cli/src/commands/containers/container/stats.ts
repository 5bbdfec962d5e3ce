/** `skiff stats`: what containers use, once or for as long as one looks. */
import type { DockerClient } from "@skiff/docker/client";
import { formatRows } from "../formatting/format-rows.ts";
import { messageOf, VerbFailure, verb } from "../verb.ts";
import { type ContainerUsage, type StatsSample, statsColumns, usageOf } from "./stats-columns.ts";

const TABLE = "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";
const REDRAW_MS = 500;

export const run = verb(
  {
    usage: "skiff stats [OPTIONS] [CONTAINER...]",
    about: "Shows what containers use of processors, memory and networks",
    operands: { min: 0 },
    flags: { all: "switch", format: "value", "no-stream": "switch", "no-trunc": "switch" },
    short: { a: "all" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    await showStats(client, flags.operands, {
      all: flags.has("all"),
      format: flags.value("format"),
      once: flags.has("no-stream"),
      truncates: !flags.has("no-trunc"),
    });
    return 0;
  },
);

/** What is shown, and how. */
export interface StatsOptions {
  /** Where none is named: those that do not run, too. */
  readonly all: boolean;
  readonly format: string | undefined;
  /** Once, or again and again. */
  readonly once: boolean;
  readonly truncates: boolean;
}

/** Shows what the containers `named` use; none means all. Throws VerbFailure. */
export async function showStats(
  client: DockerClient,
  named: readonly string[],
  { all, format, once: isOnce, truncates }: StatsOptions,
): Promise<void> {
  const columns = statsColumns(truncates);
  const show = (rows: readonly ContainerUsage[]) => formatRows(rows, { columns, table: TABLE, format });
  if (!isOnce) return watch(client, named, all, show);
  const ids = named.length > 0 ? named : await listed(client, all);
  const rows = await Promise.all(ids.map((id) => once(client, id)));
  process.stdout.write(show(rows));
}

async function listed(client: DockerClient, all: boolean): Promise<string[]> {
  const containers = await client.json<{ Id: string }[]>("/containers/json", { query: { all: all ? "1" : undefined } });
  return containers.map(({ Id }) => Id);
}

async function once(client: DockerClient, id: string): Promise<ContainerUsage> {
  const path = `/containers/${encodeURIComponent(id)}/stats`;
  return usageOf(id, await client.json<StatsSample>(path, { query: { stream: "0" } }));
}

/** Shows until the process ends, or until all that were named have. */
async function watch(
  client: DockerClient,
  named: readonly string[],
  all: boolean,
  show: (rows: readonly ContainerUsage[]) => string,
): Promise<void> {
  const rows = new Map<string, ContainerUsage | undefined>();
  const failures: string[] = [];
  const follow = async (id: string): Promise<void> => {
    if (rows.has(id)) return;
    rows.set(id, undefined);
    try {
      const path = `/containers/${encodeURIComponent(id)}/stats`;
      for await (const message of client.messages(path, { query: { stream: "1" } })) {
        if (!rows.has(id)) return;
        rows.set(id, usageOf(id, message as unknown as StatsSample));
      }
    } catch (error) {
      // Of those that were not named, one may be gone between the list and the question.
      if (named.length > 0) failures.push(messageOf(error));
    }
    rows.delete(id);
  };
  const ids = named.length > 0 ? named : await listed(client, all);
  const followed = ids.map(follow);
  if (named.length === 0) void followEvents(client, all, follow, (id) => rows.delete(id)).catch(() => undefined);
  const draw = () => {
    const known = [...rows.values()].filter((row) => row !== undefined);
    process.stdout.write(`\x1b[H${show(known).replaceAll("\n", "\x1b[K\n")}\x1b[J`);
  };
  process.stdout.write("\x1b[2J");
  const timer = setInterval(draw, REDRAW_MS);
  try {
    await Promise.all(followed);
    if (named.length === 0) await new Promise(() => undefined);
  } finally {
    clearInterval(timer);
  }
  if (failures.length > 0) throw new VerbFailure(failures.join("\n"));
}

async function followEvents(
  client: DockerClient,
  all: boolean,
  follow: (id: string) => Promise<void>,
  forget: (id: string) => unknown,
): Promise<void> {
  const filters = JSON.stringify({ type: { container: true } });
  for await (const { Action, Actor } of client.messages("/events", { query: { filters } })) {
    const { ID } = Actor as { ID: string };
    if (Action === "start" || (all && Action === "create")) void follow(ID);
    if ((Action === "die" && !all) || Action === "destroy") forget(ID);
  }
}
