import type { Container, Probe } from "@skiff/api/core/v1";
import type { RuntimeService } from "@skiff/engine/cri";
import { expand } from "../spec/expand.ts";
import { resolvePort } from "../spec/port.ts";
import { probeExec } from "./exec.ts";
import { probeGrpc } from "./grpc.ts";
import { probeHttp } from "./http.ts";
import { probeTcp } from "./tcp.ts";
import type { ProbeResult } from "./verdict.ts";

export interface ProbeTarget {
  readonly runtime: Pick<RuntimeService, "execSync">;
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: string;
}

/** Tries `probe` once against a running container. */
export async function attemptProbe(target: ProbeTarget, probe: Probe): Promise<ProbeResult> {
  const { runtime, container, containerId, podIP } = target;
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) return probeExec(runtime, containerId, expanded(probe.exec.command, container), timeoutMs);
  if (probe.httpGet) {
    const { port, host = podIP } = probe.httpGet;
    return probeHttp({ host, port: resolvePort(port, container), action: probe.httpGet }, timeoutMs);
  }
  if (probe.tcpSocket) {
    const { port, host = podIP } = probe.tcpSocket;
    return probeTcp(host, resolvePort(port, container), timeoutMs);
  }
  if (probe.grpc) return probeGrpc(podIP, probe.grpc.port, probe.grpc.service ?? "", timeoutMs);
  throw new Error(`missing probe handler for ${container.name}`);
}

// Only what the container's spec gives in so many words is known to a probe.
function expanded(command: readonly string[] = [], { env = [] }: Container): string[] {
  const values = new Map(env.map(({ name, value = "" }) => [name, value]));
  return command.map((word) => expand(word, (name) => values.get(name)));
}
