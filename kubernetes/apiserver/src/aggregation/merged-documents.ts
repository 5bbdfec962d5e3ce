/** Requests for discovery and OpenAPI, answered with what other servers add to the documents of this one. */
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
  let merged: { readonly of: unknown; readonly generation: number; readonly body: Buffer } | undefined;

  return async (call) => {
    const remotes = apiServices.remotes();
    if (remotes.size === 0 || call.info.isResource) return next(call);
    const path = call.path.replace(/\/$/, "");
    const schema = /^\/openapi\/v3\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
    const service = schema === undefined ? undefined : remotes.get(schema);
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
        return completeOpenApiV2(await next(call));
    }
    return /^\/apis\/[^/]+$/.test(path) ? group(call, path.slice("/apis/".length)) : next(call);
  };

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

  // The document is large, and asked for again and again by every kubectl.
  function completeOpenApiV2(reply: Reply): Reply {
    const text = jsonOf(reply);
    if (reply.type !== "raw" || text === undefined) return reply;
    if (merged?.of !== reply.body || merged.generation !== documents.generation) {
      let whole = JSON.parse(text()) as OpenApiV2;
      eachDocument(({ openApiV2 }, key) => {
        if (openApiV2) whole = mergeOpenApiV2(whole, openApiV2, `/apis/${key}`);
      });
      const body = Buffer.from(JSON.stringify(whole));
      merged = { of: reply.body, generation: documents.generation, body };
    }
    return { ...reply, body: merged.body };
  }
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
