import { connect } from "node:net";
import { failed, networkReason, type ProbeResult, passed } from "./verdict.ts";

/** Passes when a connection is accepted. */
export function probeTcp(host: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => finish(failed(`dial tcp ${address}: i/o timeout`)));
    socket.once("connect", () => finish(passed));
    socket.once("error", (error) => finish(failed(`dial tcp ${address}: ${networkReason(error)}`)));
  });
}
