/** POST /containers/{id}/kill. */
import { isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { checkSignal, signalNumber } from "./check-request.ts";
import { findContainer } from "./find-container.ts";
import { whileTrying } from "./while-trying.ts";

const SIGKILL = 9;
/** As with dockerd, an end that takes longer is not waited for. */
const PATIENCE_MS = 10_000;

export function killContainer(deps: Deps): Handler {
  return async function killContainer(call) {
    const doing = `cannot kill container: ${call.params.id}`;
    const container = await whileTrying(doing, () => findContainer(deps, call));
    const { id, state } = container;
    const signal = call.query.get("signal") || "SIGKILL";
    await whileTrying(doing, () => checkSignal(signal));
    if (state !== "running" && state !== "paused") {
      throw new DockerError(409, `${doing}: container ${id} is not running`);
    }
    deps.events.publishContainer("kill", container, { signal: String(signalNumber(signal)) });
    const isEnd = signalNumber(signal) === SIGKILL && state === "running";
    const ended = isEnd ? untilEnded(deps, id, call.signal) : undefined;
    await deps.engine.containers.kill(id, signal);
    await ended;
    return { status: 204 };
  };
}

/** Whoever kills a container and then removes it must not find it running. */
async function untilEnded({ engine }: Deps, id: string, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    await engine.containers.wait(id, { condition: "not-running" }, patience);
  } catch (error) {
    // With --rm it may be gone altogether.
    if (!patience.aborted && !isEngineError(error, "not-found")) throw error;
  }
}
