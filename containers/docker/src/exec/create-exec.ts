/** POST /containers/{id}/exec. */
import { findContainer } from "../containers/find-container.ts";
import { terminalSize } from "../containers/to-container-spec.ts";
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { parseDetachKeys } from "../http/detach-keys.ts";
import { DockerError } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";

export function createExec(deps: Deps): Handler {
  return async function createExec(call) {
    const { id, state } = await findContainer(deps, call);
    const body = reader(await readJson(call));
    if (state === "paused")
      throw new DockerError(409, `Container ${call.params.id} is paused, unpause the container before exec`);
    if (state !== "running") throw new DockerError(409, `container ${id} is not running`);
    const args = body.strings("Cmd");
    if (args === undefined || args.length === 0) throw new DockerError(400, "No exec command specified");
    const { id: created } = deps.executions.create({
      containerId: id,
      spec: {
        args,
        env: body.strings("Env"),
        cwd: body.text("WorkingDir") || undefined,
        user: body.text("User") || undefined,
        tty: body.flag("Tty"),
        size: terminalSize(body),
        stdin: body.flag("AttachStdin"),
        privileged: body.flag("Privileged"),
      },
      attachStdout: body.flag("AttachStdout"),
      attachStderr: body.flag("AttachStderr"),
      detachKeys: parseDetachKeys(body.text("DetachKeys") ?? ""),
    });
    return { status: 201, json: { Id: created } };
  };
}
