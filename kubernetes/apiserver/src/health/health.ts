import { StatusError } from "@skiff/api";
import type { Handler } from "../call.ts";

/** One thing that must be well. Throws, with what is wrong, when it is not. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<void> | void;
}

/** `/healthz`, `/livez`, `/readyz` and `/readyz/<check>`: "ok", or which checks fail. `?verbose` lists all, `?exclude=` leaves some out. */
export function health(checks: readonly HealthCheck[]): Handler {
  return async ({ path, query }) => {
    const [, endpoint = "", only] = path.split("/");
    const excluded = query.getAll("exclude");
    const chosen = checks.filter((c) => (only ? c.name === only : !excluded.includes(c.name)));
    if (only && chosen.length === 0) throw StatusError.pathNotFound();
    const lines: string[] = [];
    let failed = false;
    for (const { name, check } of chosen) {
      const problem = await problemOf(check);
      failed ||= problem !== undefined;
      lines.push(problem === undefined ? `[+]${name} ok` : `[-]${name} failed: ${problem}`);
    }
    const contentType = "text/plain; charset=utf-8";
    if (failed) return { type: "raw", code: 500, contentType, body: `${lines.join("\n")}\n${endpoint} check failed\n` };
    const body = query.has("verbose") && !only ? `${lines.join("\n")}\n${endpoint} check passed\n` : "ok";
    return { type: "raw", code: 200, contentType, body };
  };
}

async function problemOf(check: HealthCheck["check"]): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
