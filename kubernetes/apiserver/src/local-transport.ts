import { Readable } from "node:stream";
import {
  type Call as ApiCall,
  findResource,
  StatusError,
  type Transport,
  type WatchCall,
  type WatchEvent,
} from "@skiff/api";
import type { Status } from "@skiff/api/meta/v1";
import type { Call, Handler, Incoming, RequestBody, User } from "./call.ts";
import { PATCH_TYPES } from "./objects/read-patch.ts";
import { fromStoredObject } from "./objects/versions.ts";
import { PLAIN } from "./rendering/negotiate.ts";
import { objectOf } from "./rendering/render.ts";
import type { RawReply, WatchItem } from "./reply.ts";
import type { RequestInfo } from "./request-info.ts";
import type { UserIdentity } from "./server-options.ts";

const METHODS = {
  get: "GET",
  list: "GET",
  watch: "GET",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETE",
} as const;

const NEVER = new AbortController().signal;

/** Requests as function calls through the whole chain. Objects that come back are shared and frozen. */
export function localTransport(handler: Handler, identity: UserIdentity): Transport {
  const user: User = { ...identity, groups: [...new Set([...identity.groups, "system:authenticated"])] };
  const run = async (call: Call) => {
    const reply = await handler(call);
    // The funnel has made an answer of the refusal; here it is an exception again.
    if (reply.type === "object" && reply.code >= 400) throw new StatusError(reply.object as Status);
    return reply;
  };
  return {
    async call(request, signal = NEVER) {
      signal.throwIfAborted();
      const reply = await run(localCall(request, request.verb, user, signal));
      if (reply.type === "raw" && reply.code >= 400) throw await refusalOf(reply);
      if (reply.type === "raw" && reply.contentType.startsWith("application/json")) return readDocument(reply);
      if (reply.type === "raw" || reply.type === "watch" || reply.type === "tunnel") {
        throw StatusError.badRequest(`${request.subresource} answers a stream, which an in-process call cannot take`);
      }
      return objectOf(reply);
    },
    async *watch(request, signal) {
      const ended = new AbortController();
      const both = AbortSignal.any([signal, ended.signal]);
      try {
        const reply = await run(localCall(request, "watch", user, both));
        if (reply.type !== "watch") throw StatusError.internal("a watch was not answered by a stream");
        for await (const { items } of reply.groups) {
          for (const item of items) yield toEvent(request, item);
        }
      } finally {
        ended.abort();
      }
    },
  };
}

/** What another server answered, read whole. */
async function readDocument(reply: RawReply): Promise<object> {
  return JSON.parse(await textOf(reply)) as object;
}

/** Another server's refusal, or that of the proxy in front of it, which is plain text. */
async function refusalOf(reply: RawReply): Promise<StatusError> {
  const { code } = reply;
  const text = await textOf(reply);
  const isStatus = reply.contentType.startsWith("application/json");
  const status = isStatus ? (JSON.parse(text) as Status) : { metadata: {}, status: "Failure", message: text.trim() };
  return new StatusError({ code, ...status });
}

async function textOf({ body }: RawReply): Promise<string> {
  return body instanceof Readable ? Buffer.concat(await body.toArray()).toString() : Buffer.from(body).toString();
}

function toEvent({ resource }: WatchCall, item: WatchItem): WatchEvent<object> {
  if (item.type === "ERROR") throw new StatusError(item.status as Status);
  if (item.type === "BOOKMARK") return { type: item.type, object: item.object };
  return { type: item.type, object: fromStoredObject(resource, item.entry.object) };
}

function localCall(request: ApiCall | WatchCall, verb: keyof typeof METHODS, user: User, signal: AbortSignal): Call {
  const query = new URLSearchParams(request.query);
  const info = infoOf(request, verb, query);
  const body = bodyOf(request);
  const incoming: Incoming = {
    method: METHODS[verb],
    url: info.path,
    // Whose the writes are, in the records of who holds which fields.
    header: (name) => (name === "user-agent" ? user.name.replace("system:", "") : undefined),
    headers: () => ({}),
    body: async () => body,
    signal,
    remoteAddress: "",
  };
  return { incoming, path: info.path, query, info, user, accepted: PLAIN, warnings: [] };
}

function bodyOf(request: ApiCall | WatchCall): RequestBody {
  if (!("body" in request) || request.body === undefined) return { bytes: Buffer.alloc(0), mediaType: "" };
  const mediaType = request.patchType ? PATCH_TYPES[request.patchType] : "application/json";
  return { object: request.body, mediaType };
}

function infoOf(request: ApiCall | WatchCall, verb: string, query: URLSearchParams): RequestInfo {
  const { resource, namespace = "", name = "" } = request;
  const subresource = "subresource" in request ? (request.subresource ?? "") : "";
  const { group, version, plural } = resource;
  const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const inNamespace = resource.namespaced && namespace !== "" ? `/namespaces/${namespace}` : "";
  const path = [`${base}${inNamespace}`, plural, name, subresource].filter((part) => part !== "").join("/");
  const byName = /^metadata\.name==?([^,=!]+)$/.exec(query.get("fieldSelector") ?? "")?.[1] ?? "";
  return {
    isResource: plural !== "",
    verb,
    path,
    group,
    version,
    namespace: resource.namespaced ? namespace : resource.kind === "Namespace" ? name : "",
    plural,
    subresource,
    name: name === "" ? byName : name,
    rest: "",
    resource: findResource(group, version, plural),
  };
}
