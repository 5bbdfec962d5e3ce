/** GET /exec/{id}/json. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";

export function inspectExec({ executions }: Deps): Handler {
  return async function inspectExec(call) {
    const { id, containerId, spec, session, exitCode, attachStdout, attachStderr } = executions.get(
      call.params.id ?? "",
    );
    const [entrypoint = "", ...args] = spec.args;
    return {
      status: 200,
      json: {
        ID: id,
        Running: session !== undefined && exitCode === undefined,
        ExitCode: exitCode ?? null,
        ProcessConfig: {
          tty: spec.tty === true,
          entrypoint,
          arguments: args,
          privileged: spec.privileged === true,
          user: spec.user ?? "",
        },
        OpenStdin: spec.stdin === true,
        OpenStdout: attachStdout,
        OpenStderr: attachStderr,
        CanRemove: exitCode !== undefined,
        ContainerID: containerId,
        DetachKeys: "",
        Pid: 0,
      },
    };
  };
}
