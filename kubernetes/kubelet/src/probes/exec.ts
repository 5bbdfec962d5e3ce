import { CriError, criCode, type RuntimeService } from "@skiff/engine/cri";
import { failed, type ProbeResult } from "./verdict.ts";

const MAX_OUTPUT = 10 * 1024;

/** Passes when the command ends with 0 in time. Rejects when the runtime cannot run it at all. */
export async function probeExec(
  runtime: Pick<RuntimeService, "execSync">,
  containerId: string,
  command: readonly string[],
  timeoutMs: number,
): Promise<ProbeResult> {
  try {
    const timeout = Math.ceil(timeoutMs / 1000);
    const { exitCode, stdout, stderr } = await runtime.execSync({ containerId, cmd: command, timeout });
    const output = Buffer.concat([stdout, stderr]).subarray(0, MAX_OUTPUT).toString();
    return exitCode === 0 ? { ok: true, message: output } : failed(output);
  } catch (error) {
    if (error instanceof CriError && error.code === criCode.deadlineExceeded) {
      return failed(`command timed out: "${command.join(" ")}" timed out after ${timeoutMs / 1000}s`);
    }
    throw error;
  }
}
