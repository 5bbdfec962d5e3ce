/** POST /containers/{id}/wait: the headers are sent once the wait has begun, the exit code when it is known. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

const CONDITIONS = { "not-running": "not-running", "next-exit": "next", removed: "removed" } as const;

export function waitContainer(deps: Deps): Handler {
  return async function waitContainer(call) {
    const { id } = await findContainer(deps, call);
    const asked = call.query.get("condition") || "not-running";
    const condition = isCondition(asked) ? CONDITIONS[asked] : undefined;
    if (condition === undefined) throw new DockerError(400, `invalid condition: ${JSON.stringify(asked)}`);
    const ended = deps.engine.containers.wait(id, { condition }, call.signal);
    // Awaited below, once the headers are out.
    ended.catch(() => undefined);
    async function* answer(): AsyncGenerator<string> {
      yield `${JSON.stringify({ StatusCode: (await ended).code })}\n`;
    }
    return { status: 200, stream: answer() };
  };
}

function isCondition(text: string): text is keyof typeof CONDITIONS {
  return Object.hasOwn(CONDITIONS, text);
}
