/** GET /containers/{id}/top: what ps(1) of the machine says of a container's processes. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

const run = promisify(execFile);
const MAX_OUTPUT = 16 * 2 ** 20;
/** Words that would have ps read or write something else. */
const ARGUMENT = /^[\w,.:=%/ +-]+$/;

export function containerTop(deps: Deps): Handler {
  return async function containerTop(call) {
    const { id, state } = await findContainer(deps, call);
    if (state !== "running" && state !== "paused") throw new DockerError(409, `container ${id} is not running`);
    const words = (call.query.get("ps_args") || "-ef").split(/\s+/).filter(Boolean);
    if (!words.every((word) => ARGUMENT.test(word))) throw new DockerError(400, "invalid ps arguments");
    const mine = new Set(await deps.engine.containers.processes(id));
    let output: string;
    try {
      ({ stdout: output } = await run("ps", words, { maxBuffer: MAX_OUTPUT }));
    } catch (error) {
      const { stderr = "", message = String(error) } = error as { stderr?: string; message?: string };
      // The rest is ps's manual.
      throw new DockerError(500, `ps: ${stderr.trim().split("\n")[0] || message}`, { cause: error });
    }
    return { status: 200, json: parsePs(output, mine) };
  };
}

/** Titles and rows of those processes. Throws 500 where ps was not asked for process ids. */
export function parsePs(output: string, processes: ReadonlySet<number>): { Titles: string[]; Processes: string[][] } {
  const [head = "", ...lines] = output.trimEnd().split("\n");
  const titles = head.trim().split(/\s+/);
  const column = titles.indexOf("PID");
  if (column < 0) throw new DockerError(500, "Couldn't find PID field in ps output");
  const rows = lines.map((line) => fieldsOf(line, titles.length));
  return { Titles: titles, Processes: rows.filter((row) => processes.has(Number(row[column]))) };
}

// The last field is the command, blanks and all.
function fieldsOf(line: string, count: number): string[] {
  const words = line.trim().split(/\s+/);
  return [...words.slice(0, count - 1), words.slice(count - 1).join(" ")];
}
