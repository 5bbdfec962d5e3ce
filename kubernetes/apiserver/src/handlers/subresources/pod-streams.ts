/** `log`, `exec`, `attach` and `portforward` of a Pod: found here, answered by its kubelet. */
import { Readable } from "node:stream";
import { StatusError } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import type { Call, Handler } from "../../call.ts";
import { nodeOf } from "../../kubelet/kubelet-proxy.ts";
import type { RawReply } from "../../reply.ts";
import type { Server } from "../../server-parts.ts";
import { keyOf } from "../target.ts";

/** Bytes of a kubelet's refusal that are passed on. */
const MAX_REFUSAL = 64 << 10;

type Deps = Pick<Server, "caches" | "kubelet">;

/** GET log. */
export function podLog({ caches, kubelet }: Deps): Handler {
  return async (call) => {
    const pod = await findPod(caches, call);
    const container = containerOf(pod, call.query.get("container") ?? "");
    const query = new URLSearchParams(call.query);
    query.delete("container");
    const path = `/containerLogs/${pod.metadata.namespace}/${pod.metadata.name}/${container}?${query}`;
    if (!pod.spec.nodeName) return { type: "raw", code: 200, contentType: "text/plain", body: "" };
    const reply = await kubelet.forward(call, nodeOf(pod), path);
    if (reply.code >= 400) throw await refusalOf(reply);
    return reply;
  };
}

/** A kubelet's plain-text refusal as the Status that clients show. */
async function refusalOf({ code, body }: RawReply): Promise<StatusError> {
  const message = (body instanceof Readable ? await textOf(body, MAX_REFUSAL) : String(body)).trim();
  if (code === 400) return StatusError.badRequest(message);
  if (code === 500) return StatusError.internal(message);
  const reason = code === 404 ? "NotFound" : "Unknown";
  return new StatusError({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code });
}

async function textOf(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit).toString("utf8");
}

/** GET or POST exec and attach. */
export function podSession(kind: "exec" | "attach", { caches, kubelet }: Deps): Handler {
  return async (call) => {
    const pod = await findPod(caches, call);
    const container = containerOf(pod, call.query.get("container") ?? "");
    const query = kubeletStreams(call.query);
    const path = `/${kind}/${pod.metadata.namespace}/${pod.metadata.name}/${container}?${query}`;
    requireUpgrade(call);
    return kubelet.tunnel(call, nodeOf(pod), path);
  };
}

/** GET or POST portforward. */
export function podPortForward({ caches, kubelet }: Deps): Handler {
  return async (call) => {
    const pod = await findPod(caches, call);
    requireUpgrade(call);
    const ports = new URLSearchParams(call.query.getAll("ports").map((port) => ["port", port]));
    return kubelet.tunnel(call, nodeOf(pod), `/portForward/${pod.metadata.namespace}/${pod.metadata.name}?${ports}`);
  };
}

/** The kubelet has its own names for the streams. */
function kubeletStreams(query: URLSearchParams): URLSearchParams {
  const translated = new URLSearchParams();
  for (const [from, to] of [
    ["stdin", "input"],
    ["stdout", "output"],
    ["stderr", "error"],
    ["tty", "tty"],
  ] as const) {
    const value = query.get(from);
    if (value === "true" || value === "1") translated.set(to, "1");
  }
  for (const argument of query.getAll("command")) translated.append("command", argument);
  return translated;
}

async function findPod(caches: Server["caches"], call: Call): Promise<Pod> {
  await caches.fresh();
  const entry = caches.of(pods).entries.get(keyOf(call.info));
  if (!entry) throw StatusError.notFound(pods, call.info.name);
  return entry.object as unknown as Pod;
}

function containerOf({ spec, metadata }: Pod, asked: string): string {
  const names = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map(
    (c) => c.name,
  );
  if (asked !== "") {
    if (names.includes(asked)) return asked;
    throw StatusError.badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  const annotated = metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (annotated && names.includes(annotated)) return annotated;
  const [only, ...others] = spec.containers;
  if (only && others.length === 0) return only.name;
  const choices = spec.containers.map((c) => c.name).join(" ");
  const inits = (spec.initContainers ?? []).map((c) => c.name).join(" ");
  const orInits = inits === "" ? "" : ` or one of the init containers: [${inits}]`;
  throw StatusError.badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${choices}]${orInits}`,
  );
}

function requireUpgrade(call: Call): void {
  if (!call.incoming.upgrade) throw StatusError.badRequest("Upgrade request required");
}
