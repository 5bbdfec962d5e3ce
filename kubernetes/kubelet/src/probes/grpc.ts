/** The gRPC health checking protocol (grpc.health.v1.Health/Check), written out: it has one field each way. */
import { failed, type ProbeResult, passed } from "./verdict.ts";

const STATUS = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/** Passes when the server says that `service` (empty: the server itself) is serving. */
export async function probeGrpc(host: string, port: number, service: string, timeoutMs: number): Promise<ProbeResult> {
  // Few Pods have such a probe; the others need not pay for loading this.
  const { Client, credentials, status } = await import("@grpc/grpc-js");
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const client = new Client(address, credentials.createInsecure(), { "grpc.primary_user_agent": "kube-probe/1.36" });
  try {
    const answer = await new Promise<number>((resolve, reject) => {
      client.makeUnaryRequest(
        "/grpc.health.v1.Health/Check",
        encodeRequest,
        decodeStatus,
        service,
        { deadline: Date.now() + timeoutMs },
        (error, value) => (error ? reject(error) : resolve(value ?? 0)),
      );
    });
    if (answer === 1) return passed;
    return failed(`service unhealthy (responded with "${STATUS[answer] ?? answer}")`);
  } catch (error) {
    const { code, details } = error as { code?: number; details?: string };
    if (code === status.UNIMPLEMENTED) {
      return failed(
        `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${details}`,
      );
    }
    if (code === status.DEADLINE_EXCEEDED || code === status.UNAVAILABLE) {
      return failed(`timeout: failed to connect service "${address}" within ${timeoutMs / 1000}s: ${details}`);
    }
    return failed(`error: health rpc probe failed: ${details ?? String(error)}`);
  } finally {
    client.close();
  }
}

function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  if (name.length === 0) return name;
  const length = name.length < 128 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
  return Buffer.concat([Buffer.from([0x0a, ...length]), name]);
}

function decodeStatus(message: Buffer): number {
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}
