/** `services/proxy`, `pods/proxy` and `nodes/proxy`: HTTP to what runs in the cluster, through this server. */
import { PassThrough } from "node:stream";
import { StatusError } from "@skiff/api";
import type { Pod, Service } from "@skiff/api/core/v1";
import { pods, services } from "@skiff/api/resources";
import type { Call, Handler } from "../../call.ts";
import type { RawReply } from "../../reply.ts";
import type { Server } from "../../server-parts.ts";

// An import of the module would load all it exports, undici among it: 20 ms of every start.
const { request } = process.getBuiltinModule("node:http");

const TIMEOUT_MS = 30_000;
const NOT_PASSED_ON = new Set(["authorization", "host", "connection", "transfer-encoding", "content-length", "cookie"]);

/** Any method on `services/NAME[:PORT]/proxy/PATH`. */
export function proxyService({ caches }: Pick<Server, "caches">): Handler {
  return async (call) => {
    await caches.fresh();
    const { name, port } = splitName(call.info.name);
    const service = caches.of(services).entries.get(`${call.info.namespace}/${name}`)?.object as unknown as
      | Service
      | undefined;
    if (!service) throw StatusError.notFound(services, name);
    const address = service.spec.clusterIP;
    const ports = service.spec.ports ?? [];
    const chosen = port === "" ? ports[0] : ports.find((p) => p.name === port || String(p.port) === port);
    if (!chosen || !address || address === "None") {
      throw StatusError.serviceUnavailable(`no endpoints available for service "${name}"`);
    }
    return pass(call, address, chosen.port);
  };
}

/** Any method on `pods/NAME[:PORT]/proxy/PATH`. */
export function proxyPod({ caches }: Pick<Server, "caches">): Handler {
  return async (call) => {
    await caches.fresh();
    const { name, port } = splitName(call.info.name);
    const pod = caches.of(pods).entries.get(`${call.info.namespace}/${name}`)?.object as unknown as Pod | undefined;
    if (!pod) throw StatusError.notFound(pods, name);
    const address = pod.status?.podIP;
    if (!address) throw StatusError.serviceUnavailable(`pod ${name} has no address yet`);
    const first = pod.spec.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort;
    return pass(call, address, port === "" ? (first ?? 80) : Number(port));
  };
}

/** GET on `nodes/NAME[:PORT]/proxy/PATH`: the kubelet's own paths, whichever port is named. */
export function proxyNode({ kubelet }: Pick<Server, "kubelet">): Handler {
  return (call) => kubelet.forward(call, splitName(call.info.name).name, pathOf(call));
}

/** `[scheme:]name[:port]`; only plain HTTP is spoken here. */
function splitName(text: string): { name: string; port: string } {
  const parts = text.split(":");
  if (parts.length === 3 && parts[0] !== "http" && parts[0] !== "") {
    throw StatusError.badRequest(`cannot proxy with the scheme "${parts[0]}": only http is supported`);
  }
  const [name = "", port = ""] = parts.length === 3 ? parts.slice(1) : parts;
  return { name, port };
}

function pathOf({ incoming, info }: Call): string {
  const query = incoming.url.includes("?") ? incoming.url.slice(incoming.url.indexOf("?")) : "";
  return `/${info.rest.split("/").map(encodeURIComponent).join("/")}${query}`;
}

async function pass(call: Call, host: string, port: number): Promise<RawReply> {
  const { incoming } = call;
  const path = pathOf(call);
  const body = incoming.method === "GET" || incoming.method === "HEAD" ? undefined : await incoming.body();
  const headers = Object.fromEntries(
    Object.entries(incoming.headers()).flatMap(([k, v]) =>
      NOT_PASSED_ON.has(k) ? [] : [[k, typeof v === "string" ? v : [...v]]],
    ),
  );
  return new Promise((resolve, reject) => {
    const outbound = request({ host, port, path, method: incoming.method, headers, timeout: TIMEOUT_MS });
    incoming.signal.addEventListener("abort", () => outbound.destroy(), { once: true });
    outbound.once("timeout", () => outbound.destroy(new Error("connection timed out")));
    outbound.once("error", (error) =>
      reject(StatusError.serviceUnavailable(`error trying to reach service: ${error.message}`)),
    );
    outbound.once("response", (answer) => {
      resolve({
        type: "raw",
        code: answer.statusCode ?? 502,
        contentType: answer.headers["content-type"] ?? "application/octet-stream",
        headers: answer.headers.location ? { location: answer.headers.location } : {},
        body: answer.pipe(new PassThrough()),
      });
    });
    outbound.end(body && "bytes" in body ? body.bytes : undefined);
  });
}
