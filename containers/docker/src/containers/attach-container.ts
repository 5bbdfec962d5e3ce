/** POST /containers/{id}/attach: the connection becomes the container's standard streams. */
import { isEngineError, type Session } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { flag, type Handler } from "../http/call.ts";
import { connectSession, sessionMediaType } from "../http/connect-session.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

export function attachContainer(deps: Deps): Handler {
  return async function attachContainer(call) {
    const container = await findContainer(deps, call);
    const { id, state, spec } = container;
    if (state === "paused")
      throw new DockerError(409, `container ${id} is paused, unpause the container before attach`);
    if (state === "exited") throw new DockerError(409, "You cannot attach to a stopped container, start it first");
    const tty = spec.tty === true;
    let session: Session;
    try {
      session = await deps.engine.containers.attach(id, { stdin: flag(call, "stdin") && spec.stdin === true });
    } catch (error) {
      // A program that cannot be run: clients attach first, and expect the error from the start that follows.
      if (state !== "created" || !isEngineError(error, "invalid")) throw error;
      call.hijack(sessionMediaType(tty)).end();
      return undefined;
    }
    deps.terminals.add(id, session);
    deps.events.publishContainer("attach", container);
    const socket = call.hijack(sessionMediaType(tty));
    await connectSession(socket, session, { tty, stdout: flag(call, "stdout"), stderr: flag(call, "stderr") });
    return undefined;
  };
}
