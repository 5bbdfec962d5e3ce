/** Which handler answers which verb and subresource. */
import { type ResourceInfo, StatusError } from "@skiff/api";
import type { Handler } from "../call.ts";
import type { RequestInfo } from "../request-info.ts";
import type { Server } from "../server-parts.ts";
import { create } from "./create.ts";
import { deleteOne } from "./delete.ts";
import { deleteCollection } from "./delete-collection.ts";
import { get } from "./get.ts";
import { list } from "./list.ts";
import { patch } from "./patch.ts";
import { reviewAccess, reviewRules } from "./reviews/access-reviews.ts";
import { reviewSelf, reviewToken } from "./reviews/identity-reviews.ts";
import { admitted } from "./subresources/admit-part.ts";
import { bindPod } from "./subresources/binding.ts";
import { evictPod } from "./subresources/eviction.ts";
import { updatePodPart } from "./subresources/pod-parts.ts";
import { podLog, podPortForward, podSession } from "./subresources/pod-streams.ts";
import { getScale, patchScale, updateScale } from "./subresources/scale.ts";
import { proxyNode, proxyPod, proxyService } from "./subresources/service-proxy.ts";
import { requestToken } from "./subresources/token.ts";
import { update } from "./update.ts";
import { watch } from "./watch.ts";

/** Verbs that name an object. */
const OF_ONE = new Set(["get", "update", "patch", "delete"]);

/** By type: what whoever uses it is warned of. */
const DEPRECATED: Readonly<Record<string, string>> = {
  "core/v1.ComponentStatus": "v1 ComponentStatus is deprecated in v1.19+",
  "core/v1.Endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
};

type ByVerb = Readonly<Record<string, Handler>>;

/** The handler of all requests for resources. `otherwise` answers paths that are none. */
export function dispatch(server: Server, otherwise: Handler): Handler {
  const verbs: ByVerb = {
    get: get(server),
    list: list(server),
    watch: watch(server),
    create: create(server),
    update: update(server),
    patch: patch(server),
    delete: deleteOne(server),
    deletecollection: deleteCollection(server),
  };
  const whole = pick(verbs, ["get", "update", "patch"]);
  const everyVerb = (handler: Handler): ByVerb => Object.fromEntries(Object.keys(verbs).map((verb) => [verb, handler]));
  const podPart = (part: "ephemeralcontainers" | "resize"): ByVerb => {
    const handler = updatePodPart(part, server);
    return { get: get(server), update: handler, patch: handler };
  };
  const connect = (kind: string, handler: Handler) => admitted(server.admission, kind, handler);
  /** By `plural/subresource`, or `/subresource` for every resource that has it. */
  const subresources: Readonly<Record<string, ByVerb>> = {
    "/status": whole,
    "/finalize": whole,
    "/approval": whole,
    "/scale": { get: getScale(server), update: updateScale(server), patch: patchScale(server) },
    "pods/ephemeralcontainers": podPart("ephemeralcontainers"),
    "pods/resize": podPart("resize"),
    "pods/binding": { create: bindPod(server) },
    "pods/eviction": { create: evictPod(server) },
    "pods/log": { get: podLog(server) },
    "pods/exec": both(connect("PodExecOptions", podSession("exec", server))),
    "pods/attach": both(connect("PodAttachOptions", podSession("attach", server))),
    "pods/portforward": both(connect("PodPortForwardOptions", podPortForward(server))),
    "pods/proxy": everyVerb(connect("PodProxyOptions", proxyPod(server))),
    "nodes/proxy": { get: connect("NodeProxyOptions", proxyNode(server)) },
    "services/proxy": everyVerb(connect("ServiceProxyOptions", proxyService(server))),
    "serviceaccounts/token": { create: requestToken(server) },
  };
  /** Kinds that are asked and not stored. */
  const virtual: Readonly<Record<string, Handler>> = {
    Binding: bindPod(server),
    SubjectAccessReview: reviewAccess(server),
    LocalSubjectAccessReview: reviewAccess(server),
    SelfSubjectAccessReview: reviewAccess(server),
    SelfSubjectRulesReview: reviewRules(server),
    SelfSubjectReview: reviewSelf(server),
    TokenReview: reviewToken(server),
    ComponentStatus: componentStatus(),
  };

  return (call) => {
    const { info } = call;
    if (!info.isResource) return otherwise(call);
    const resource = info.resource;
    if (!resource) throw StatusError.pathNotFound();
    const deprecation = resource.objectType?.deprecation ?? DEPRECATED[resource.typeName];
    if (deprecation !== undefined) call.warnings.push(deprecation);
    return handlerOf(info, resource)(call);
  };

  function handlerOf(info: RequestInfo, resource: ResourceInfo): Handler {
    const { verb, subresource } = info;
    if (subresource !== "") {
      if (!resource.subresources.some((sub) => sub.name === subresource)) throw StatusError.pathNotFound();
      const found = subresources[`${resource.plural}/${subresource}`] ?? subresources[`/${subresource}`];
      const handler = found?.[verb];
      if (!handler) throw StatusError.methodNotAllowed();
      return handler;
    }
    checkScope(info, resource);
    if (!resource.verbs.includes(verb)) throw StatusError.methodNotAllowed();
    const wantsName = OF_ONE.has(verb);
    if ((wantsName && info.name === "") || (verb === "create" && info.name !== ""))
      throw StatusError.methodNotAllowed();
    const handler = virtual[resource.kind] ?? verbs[verb];
    if (!handler) throw StatusError.methodNotAllowed();
    return handler;
  }
}

/** A namespaced object is addressed through its namespace, a cluster-scoped one without. */
function checkScope({ namespace, verb }: RequestInfo, resource: ResourceInfo): void {
  const acrossNamespaces = verb === "list" || verb === "watch" || (verb === "deletecollection" && namespace !== "");
  if (resource.namespaced && namespace === "" && !acrossNamespaces) throw StatusError.pathNotFound();
  if (!resource.namespaced && namespace !== "" && resource.kind !== "Namespace") throw StatusError.pathNotFound();
}

function pick(verbs: ByVerb, names: readonly string[]): ByVerb {
  return Object.fromEntries(Object.entries(verbs).filter(([name]) => names.includes(name)));
}

function both(handler: Handler): ByVerb {
  return { get: handler, create: handler };
}

function componentStatus(): Handler {
  return async ({ info }) => {
    if (info.name !== "" && info.resource) throw StatusError.notFound(info.resource, info.name);
    return {
      type: "object",
      code: 200,
      object: { kind: "ComponentStatusList", apiVersion: "v1", metadata: {}, items: [] },
    };
  };
}
