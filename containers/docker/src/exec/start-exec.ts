/** POST /exec/{id}/start: runs it, and unless detached the connection becomes its standard streams. */
import { isEngineError, type Session } from "@skiff/engine";
import { terminalSize } from "../containers/to-container-spec.ts";
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { connectSession, sessionMediaType } from "../http/connect-session.ts";
import { DockerError } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";
import { frame } from "../http/stdcopy.ts";

/** What shells exit with when a program is there and cannot be run. */
const CANNOT_RUN = 126;

export function startExec({ engine, executions }: Deps): Handler {
  return async function startExec(call) {
    const execution = executions.get(call.params.id ?? "");
    const body = reader(await readJson(call));
    if (execution.session !== undefined || execution.exitCode !== undefined) {
      throw new DockerError(409, `exec ${execution.id} was already started`);
    }
    const isDetached = body.flag("Detach");
    const size = terminalSize(body) ?? execution.spec.size;
    const tty = execution.spec.tty === true;
    let session: Session;
    try {
      session = await engine.containers.exec(execution.containerId, {
        ...execution.spec,
        stdin: execution.spec.stdin === true && !isDetached,
        detached: isDetached,
        size,
      });
    } catch (error) {
      if (isDetached || !isEngineError(error, "invalid")) throw error;
      // Clients take the connection for the program's output whatever the status, and ask for the exit code next.
      execution.exitCode = CANNOT_RUN;
      const message = Buffer.from(`${error.message}\r\n`);
      call.hijack(sessionMediaType(tty)).end(tty ? message : frame("stdout", message));
      return undefined;
    }
    execution.session = session;
    const ended = session.exit.then(({ code }) => {
      execution.exitCode = code;
    });
    if (isDetached) {
      drain(session);
      return { status: 200 };
    }
    const socket = call.hijack(sessionMediaType(tty));
    await connectSession(socket, session, {
      tty,
      stdout: execution.attachStdout,
      stderr: execution.attachStderr,
      until: ended,
      detach: tty ? { keys: execution.detachKeys, leave: () => undefined } : undefined,
    });
    return undefined;
  };
}

// Nobody reads the output of a detached program, and it must not wait for anybody to.
function drain(session: Session): void {
  session.stdout.resume();
  session.stderr?.resume();
}
