import type { Readable } from "node:stream";
import type { Containers } from "../containers.ts";
import { CriError, criCode } from "../cri-error.ts";
import type * as cri from "../generated/cri.ts";

/** More output than this is cut off, as every CRI runtime does: probes have no use for more. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** ExecSync: runs a program to its end and gives its output. Past `timeout` seconds it is killed, and the call fails with deadlineExceeded. */
export async function execSync(
  containers: Containers,
  { containerId = "", cmd = [], timeout = 0 }: cri.ExecSyncRequest,
  signal?: AbortSignal,
): Promise<cri.ExecSyncResponse> {
  const session = await containers.exec(containerId, { args: cmd }, signal);
  let timedOut = false;
  const timer =
    timeout > 0
      ? setTimeout(() => {
          timedOut = true;
          session.close();
        }, timeout * 1000)
      : undefined;
  try {
    const [stdout, stderr, exit] = await Promise.all([
      collect(session.stdout),
      session.stderr ? collect(session.stderr) : Buffer.alloc(0),
      session.exit,
    ]);
    if (timedOut)
      throw new CriError(criCode.deadlineExceeded, `command "${cmd.join(" ")}" timed out after ${timeout}s`);
    return { stdout, stderr, exitCode: exit.code };
  } finally {
    clearTimeout(timer);
  }
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < MAX_OUTPUT) chunks.push(chunk.subarray(0, MAX_OUTPUT - size));
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}
