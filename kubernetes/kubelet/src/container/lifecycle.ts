/** The hooks a container may have after its start and before its end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Container, LifecycleHandler } from "@skiff/api/core/v1";
import type { RuntimeService } from "@skiff/engine/cri";
import { probeHttp } from "../probes/http.ts";
import { resolvePort } from "../spec/port.ts";

/** How long a hook by HTTP may take; one by exec may take as long as it likes. */
const HTTP_TIMEOUT_MS = 30_000;

export interface HookTarget {
  readonly runtime: Pick<RuntimeService, "execSync">;
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: string;
}

/** Runs a hook to its end; rejects when it fails. Aborting stops waiting for it. */
export async function runHook(handler: LifecycleHandler, target: HookTarget, signal: AbortSignal): Promise<void> {
  const { runtime, container, containerId, podIP } = target;
  if (handler.sleep) {
    await sleep(handler.sleep.seconds * 1000, undefined, { signal });
  } else if (handler.exec) {
    const cmd = handler.exec.command ?? [];
    const { exitCode, stdout, stderr } = await runtime.execSync({ containerId, cmd, timeout: 0 }, signal);
    if (exitCode === 0) return;
    const output = Buffer.concat([stdout, stderr]).subarray(0, 1024).toString();
    throw new Error(`command '${cmd.join(" ")}' exited with ${exitCode}: ${output}`);
  } else if (handler.httpGet) {
    const { host = podIP, port = 80 } = handler.httpGet;
    const action = handler.httpGet;
    const result = await probeHttp(
      { host, port: resolvePort(port, container), action, userAgent: "kube-lifecycle/1.36" },
      HTTP_TIMEOUT_MS,
    );
    if (!result.ok) throw new Error(result.message);
  } else {
    throw new Error("lifecycle handler without an action");
  }
}
