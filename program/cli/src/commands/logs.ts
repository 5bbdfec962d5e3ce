/** `skiff logs`: the log of the control plane and of the node, merged by time. */
import { createReadStream, existsSync, readFileSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { layoutFor } from "../layout.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";

interface LogsOptions extends InstanceOptions {
  readonly follow?: true;
  readonly tail?: string;
}

const FILES = ["server.log", "agent.log"];

export function run(args: readonly string[]): Promise<number> {
  const command = instanceCommand("logs", "show the server's own log")
    .option("-f, --follow", "go on with what is logged from now")
    .option("--tail <n>", "only the last n lines")
    .action((options: LogsOptions) => show(options));
  return runCommand(command, args);
}

async function show(options: LogsOptions): Promise<void> {
  const { logs, data } = layoutFor(options);
  const files = FILES.map((name) => join(logs, name)).filter((path) => existsSync(path));
  if (files.length === 0) throw new Error(`there is no log in ${data}: start the cluster with 'skiff up'`);
  const positions = files.map((path) => statSync(path).size);
  // Every entry begins with its time, so sorting lines merges the files; a stack trace is inside its entry's one line.
  const lines = files.flatMap((path) => readFileSync(path, "utf8").split("\n").slice(0, -1)).sort();
  const tail = options.tail === undefined ? lines : lines.slice(-Number(options.tail));
  for (const line of tail) process.stdout.write(`${line}\n`);
  if (!options.follow) return;
  await Promise.all(files.map((path, index) => follow(path, positions[index] ?? 0)));
}

/** Prints what is appended to `path` after `position`, and goes on in the new file when it is rotated. Ends with the process. */
function follow(path: string, position: number): Promise<never> {
  let at = position;
  let reading = Promise.resolve();
  const more = async (): Promise<void> => {
    const { size } = statSync(path);
    if (size < at) at = 0;
    if (size === at) return;
    for await (const chunk of createReadStream(path, { start: at, end: size - 1 })) process.stdout.write(chunk);
    at = size;
  };
  watch(path, () => {
    reading = reading.then(more);
  });
  return new Promise(() => undefined);
}
