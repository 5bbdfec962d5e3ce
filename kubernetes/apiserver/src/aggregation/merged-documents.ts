/** Requests for discovery and OpenAPI, answered with what other servers add to the documents of this one. */
import { encodeOpenApiV2 } from "@skiff/api/server";
import type { Call, Handler } from "../call.ts";
import type { Reply } from "../reply.ts";
import type { ApiServices } from "./api-services.ts";
import type { Backends } from "./backend.ts";
import { type DiscoveryGroup, type Group, mergeDiscovery, mergeGroups } from "./merged-discovery.ts";
import { mergeOpenApiV2 } from "./merged-openapi.ts";
import { forward } from "./proxy.ts";
import type { OpenApiV2, RemoteDocuments } from "./remote-documents.ts";

/** What merging takes. */
export interface MergeDeps {
  readonly apiServices: ApiServices;
  readonly backends: Backends;
  readonly documents: RemoteDocuments;
}

/** `next`, with its documents completed. While all APIServices are local it costs a look at the size of a map. */
export function completeDocuments(deps: MergeDeps, next: Handler): Handler {
  const { apiServices, backends, documents } = deps;
  let merged: MergedOpenApi | undefined;

  return (call) => (call.info.isResource || apiServices.remotes().size === 0 ? next(call) : complete(call));

  async function complete(call: Call): Promise<Reply> {
    const path = call.path.replace(/\/$/, "");
    const schema = /^\/openapi\/v3\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
    const service = schema === undefined ? undefined : apiServices.remotes().get(schema);
    if (service) return forward(call, service, backends);
    switch (path) {
      case "/apis":
        return completeGroups(await next(call));
      case "/openapi/v3":
        return withJson<{ paths: object }>(await next(call), (index) => ({
          ...index,
          paths: Object.assign({}, index.paths, ...eachDocument(({ openApiV3 }) => openApiV3)),
        }));
      case "/openapi/v2":
        return completeOpenApiV2(await next(call), () => next(inJson(call)));
    }
    return /^\/apis\/[^/]+$/.test(path) ? group(call, path.slice("/apis/".length)) : next(call);
  }

  function eachDocument<T>(take: (document: NonNullable<ReturnType<RemoteDocuments["of"]>>, key: string) => T): T[] {
    return [...apiServices.remotes().keys()].flatMap((key) => {
      const document = documents.of(key);
      return document ? [take(document, key)] : [];
    });
  }

  function completeGroups(reply: Reply): Reply {
    if (reply.type === "object") {
      const list = reply.object as { readonly groups: readonly Group[] };
      return { ...reply, object: { ...list, groups: mergeGroups(list.groups, apiServices.all()) } };
    }
    return withJson<{ items: DiscoveryGroup[] }>(reply, (list) => ({
      ...list,
      items: mergeDiscovery(list.items, apiServices.all(), documents.of),
    }));
  }

  /** One group: the list has it complete. */
  async function group(call: Call, name: string): Promise<Reply> {
    const isOurs = apiServices.all().some(({ spec }) => spec.group === name && spec.service !== undefined);
    if (!isOurs) return next(call);
    const accepted = { ...call.accepted, aggregated: false };
    const list = completeGroups(await next({ ...call, path: "/apis", accepted }));
    const groups = list.type === "object" ? (list.object as { readonly groups: readonly Group[] }).groups : [];
    const found = groups.find((one) => one.name === name);
    return { type: "object", code: 200, object: { kind: "APIGroup", apiVersion: "v1", ...found } };
  }

  /** `json` gives the reply in JSON, in which documents are merged. */
  async function completeOpenApiV2(reply: Reply, json: () => Promise<Reply>): Promise<Reply> {
    if (reply.type !== "raw") return reply;
    const isJson = reply.contentType.startsWith("application/json");
    const source = isJson ? reply : await json();
    const text = jsonOf(source);
    if (source.type !== "raw" || text === undefined) return reply;
    // The document is large, and asked for again and again by every kubectl.
    if (merged?.of !== source.body || merged.generation !== documents.generation) {
      let whole = JSON.parse(text()) as OpenApiV2;
      eachDocument(({ openApiV2 }, key) => {
        if (openApiV2) whole = mergeOpenApiV2(whole, openApiV2, `/apis/${key}`);
      });
      merged = { of: source.body, generation: documents.generation, whole, json: Buffer.from(JSON.stringify(whole)) };
    }
    if (isJson) return { ...reply, body: merged.json };
    merged.protobuf ??= encodeOpenApiV2(merged.whole);
    return { ...reply, body: merged.protobuf };
  }
}

/** The call, of a client that reads JSON. */
function inJson(call: Call): Call {
  const { incoming } = call;
  const header = (name: string) => (name === "accept" ? "application/json" : incoming.header(name));
  return { ...call, incoming: { ...incoming, header } };
}

/** OpenAPI v2 of all servers together, in the forms it has been asked for. */
interface MergedOpenApi {
  /** The document of this server it was made from. */
  readonly of: unknown;
  readonly generation: number;
  readonly whole: OpenApiV2;
  readonly json: Buffer;
  protobuf?: Buffer;
}

/** The reply with its JSON changed; others stay as they are. */
function withJson<T>(reply: Reply, change: (document: T) => object): Reply {
  const text = jsonOf(reply);
  if (reply.type !== "raw" || text === undefined) return reply;
  return { ...reply, body: Buffer.from(JSON.stringify(change(JSON.parse(text()) as T))) };
}

/** The text of a reply that is JSON and not a stream. */
function jsonOf(reply: Reply): (() => string) | undefined {
  if (reply.type !== "raw" || !reply.contentType.startsWith("application/json")) return undefined;
  const { body } = reply;
  if (typeof body === "string") return () => body;
  return body instanceof Uint8Array ? () => Buffer.from(body).toString() : undefined;
}
