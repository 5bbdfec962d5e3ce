/** POST /containers/{id}/kill. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { checkSignal, signalNumber } from "./check-request.ts";
import { findContainer } from "./find-container.ts";

export function killContainer(deps: Deps): Handler {
  return async function killContainer(call) {
    const container = await findContainer(deps, call);
    const { id, state } = container;
    const signal = call.query.get("signal") || "SIGKILL";
    checkSignal(signal);
    if (state !== "running" && state !== "paused") {
      throw new DockerError(409, `cannot kill container: ${call.params.id}: container ${id} is not running`);
    }
    deps.events.publishContainer("kill", container, { signal: String(signalNumber(signal)) });
    await deps.engine.containers.kill(id, signal);
    return { status: 204 };
  };
}
