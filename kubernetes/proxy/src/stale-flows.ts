import { spawn } from "node:child_process";
import type { Logger } from "@skiff/api";
import type { UdpTarget } from "./plan.ts";

/** One kind of tracked UDP flow to forget, as arguments of `conntrack -D`. */
export type StaleFlow = readonly string[];

/**
 * Which UDP flows must be forgotten after a Service changed. UDP has no connection to end: a client that keeps sending
 * from one port keeps its tracked flow, and so goes on sending to an endpoint that is gone, or to nowhere when there was none.
 */
export function staleFlows(was: readonly UdpTarget[], is: readonly UdpTarget[]): StaleFlow[] {
  const flows: StaleFlow[] = [];
  for (const before of was) {
    const now = is.find((target) => target.address === before.address && target.port === before.port);
    const remaining = new Set(now?.endpoints.map((endpoint) => endpoint.address));
    const original = [...(before.address ? ["--orig-dst", before.address] : []), "--dport", String(before.port)];
    if (before.endpoints.length === 0 && remaining.size > 0) flows.push(original);
    for (const { address } of before.endpoints)
      if (!remaining.has(address)) flows.push([...original, "--dst-nat", address]);
  }
  return flows;
}

/**
 * Forgets flows with the `conntrack` program, one after the other. Where it is not installed, says so once and leaves them to
 * expire (30 s without a packet, 120 s for streams).
 */
export function flowForgetter(log: Logger): (flows: readonly StaleFlow[]) => Promise<void> {
  let missing = false;
  return async (flows) => {
    for (const flow of flows) {
      if (missing) return;
      const result = await runConntrack(["-D", "-p", "udp", ...flow]);
      if (result === "missing") {
        missing = true;
        log.info("conntrack is not installed: UDP clients keep a removed endpoint until their flow expires");
      }
    }
  };
}

function runConntrack(args: readonly string[]): Promise<"done" | "missing"> {
  return new Promise((resolve, reject) => {
    const child = spawn("conntrack", args, { stdio: "ignore" });
    child.on("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? resolve("missing") : reject(error)));
    // It exits with 1 when no flow matched, which is what we want too.
    child.on("close", () => resolve("done"));
  });
}
