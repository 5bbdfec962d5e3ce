/** POST /containers/{id}/attach: the connection becomes the container's standard streams. */
import type { Duplex } from "node:stream";
import { type Container, EngineError, type Session } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Call, flag, type Handler } from "../http/call.ts";
import { connectSession, sessionMediaType } from "../http/connect-session.ts";
import { parseDetachKeys } from "../http/detach-keys.ts";
import { DockerError } from "../http/docker-error.ts";
import { logOutput } from "./container-logs.ts";
import { findContainer } from "./find-container.ts";

export function attachContainer(deps: Deps): Handler {
  return async function attachContainer(call) {
    const container = await findContainer(deps, call);
    const { id, state, spec } = container;
    if (state === "paused")
      throw new DockerError(409, `container ${id} is paused, unpause the container before attach`);
    const keys = parseDetachKeys(call.query.get("detachKeys") ?? "");
    const mediaType = sessionMediaType(spec.tty === true);
    const stdin = flag(call, "stdin") && spec.stdin === true;
    const isStreamed = flag(call, "stream");
    if (!isStreamed || state === "exited") {
      const socket = call.hijack(mediaType);
      await writePast(deps, call, container, socket);
      if (!isStreamed) socket.end();
      else await join(socket, () => deps.engine.containers.attach(id, { stdin, next: true }, closed(socket)));
      return undefined;
    }
    let session: Session;
    try {
      session = await deps.engine.containers.attach(id, { stdin });
    } catch (error) {
      // What cannot be run: clients attach first, and expect the error from the start that follows.
      if (state !== "created" || !(error instanceof EngineError)) throw error;
      call.hijack(mediaType).end();
      return undefined;
    }
    const socket = call.hijack(mediaType);
    await writePast(deps, call, container, socket);
    await join(socket, async () => session);
    return undefined;

    async function join(socket: Duplex, attach: () => Promise<Session>): Promise<void> {
      let session: Session;
      try {
        session = await attach();
      } catch (error) {
        // The client has left, or learns of it from its start.
        if (!socket.destroyed && !(error instanceof EngineError))
          deps.log.warn("Cannot attach", { error: String(error) });
        socket.end();
        return;
      }
      deps.terminals.add(id, session);
      deps.events.publishContainer("attach", container);
      const tty = spec.tty === true;
      const leave = (): void => {
        deps.events.publishContainer("detach", container);
        session.close();
      };
      await connectSession(socket, session, {
        ...{ tty, stdout: flag(call, "stdout"), stderr: flag(call, "stderr") },
        detach: tty ? { keys, leave } : undefined,
      });
    }
  };
}

/** With `logs`, what the container has said before. */
async function writePast(deps: Deps, call: Call, container: Container, socket: Duplex): Promise<void> {
  if (!flag(call, "logs") || container.spec.log === "none") return;
  const wanted = { stdout: flag(call, "stdout"), stderr: flag(call, "stderr") };
  for await (const bytes of logOutput(deps, container, { wanted }, call.signal)) socket.write(bytes);
}

function closed(socket: Duplex): AbortSignal {
  const over = new AbortController();
  const leave = (): void => over.abort(new Error("the client went away"));
  if (socket.destroyed) leave();
  else socket.once("close", leave);
  return over.signal;
}
