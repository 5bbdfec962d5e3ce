/** Paths that are no resources: discovery, OpenAPI, version, health, metrics, the issuer's keys. */
import { StatusError } from "@skiff/api";
import type { Handler } from "../call.ts";
import { aggregatedDocuments, discoveryDocuments } from "../discovery/discovery.ts";
import { OpenApiDocuments } from "../discovery/openapi.ts";
import { VERSION } from "../discovery/version.ts";
import { type HealthCheck, health } from "../health/health.ts";
import type { Reply } from "../reply.ts";
import type { Server } from "../server-parts.ts";
import type { ServedResources } from "../state/served-resources.ts";

const OPENAPI_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/** The handler of everything that is not a resource. Throws StatusError 404 for what there is not. */
export function paths(
  { metrics, tokens, served }: Pick<Server, "metrics" | "tokens" | "served">,
  checks: readonly HealthCheck[],
): Handler {
  const discovery = discoveryOf(served);
  const openApi = new OpenApiDocuments(served);
  const healthy = health(checks);

  return async (call) => {
    const path = call.path.length > 1 ? call.path.replace(/\/$/, "") : call.path;
    if (call.incoming.method !== "GET" && call.incoming.method !== "HEAD") throw StatusError.pathNotFound();
    const { documents, aggregated } = discovery();
    const whole = call.accepted.aggregated ? aggregated(path) : undefined;
    if (whole) {
      const contentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
      return {
        type: "raw",
        code: 200,
        contentType,
        headers: { vary: "Accept" },
        body: whole,
      };
    }
    const document = documents.get(path);
    if (document) return { type: "object", code: 200, object: document };
    if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return healthy(call);
    switch (path) {
      case "/":
        return {
          type: "object",
          code: 200,
          object: {
            paths: [
              ...documents.keys(),
              "/healthz",
              "/livez",
              "/metrics",
              "/openapi/v2",
              "/openapi/v3",
              "/readyz",
              "/version",
            ].sort(),
          },
        };
      case "/version":
        return { type: "object", code: 200, object: VERSION };
      case "/metrics": {
        const { contentType, body } = await metrics.expose();
        return { type: "raw", code: 200, contentType, body };
      }
      case "/openapi/v2":
        return openApiV2Reply(openApi, call.incoming.header("accept") ?? "");
      case "/openapi/v3":
        return {
          type: "raw",
          code: 200,
          contentType: "application/json",
          body: JSON.stringify({ paths: openApi.paths() }),
        };
      case "/openid/v1/jwks":
        return issuerDocument("application/jwk-set+json", await tokens.keys());
      case "/.well-known/openid-configuration":
        return issuerDocument("application/json", tokens.configuration());
    }
    const groupVersion = /^\/openapi\/v3\/(apis?\/.+)$/.exec(path)?.[1];
    const schema = groupVersion === undefined ? undefined : openApi.v3(groupVersion);
    if (schema) {
      const headers = {
        etag: `"${schema.hash}"`,
        ...(call.query.has("hash") && { "cache-control": "public, immutable" }),
      };
      return { type: "raw", code: 200, contentType: "application/json", headers, body: schema.body };
    }
    throw StatusError.pathNotFound();
  };
}

/** A document about the issuer of service account tokens. Throws StatusError 404 where there is none. */
function issuerDocument(contentType: string, document: object | undefined): Reply {
  if (!document) throw StatusError.pathNotFound();
  const headers = { "cache-control": "public, max-age=3600" };
  return { type: "raw", code: 200, contentType, headers, body: JSON.stringify(document) };
}

/** Clients ask for the protobuf form under two spellings: the older has an `@`, which no media type may have. */
function openApiV2Reply(documents: OpenApiDocuments, accept: string): Reply {
  const headers = { vary: "Accept" };
  return /^application\/com\.github\.proto-openapi\.spec\.v2[.@]v1\.0\+protobuf\b/.test(accept)
    ? { type: "raw", code: 200, contentType: OPENAPI_PROTOBUF, headers, body: documents.v2Protobuf() }
    : { type: "raw", code: 200, contentType: "application/json", headers, body: documents.v2() };
}

/** The discovery documents of what is served just now, made anew when that changes. */
function discoveryOf(served: ServedResources) {
  const make = () => {
    const trees = aggregatedDocuments(served.all());
    const bytes = new Map<string, Buffer>();
    const aggregated = (path: string): Buffer | undefined => {
      const tree = trees.get(path);
      if (tree && !bytes.has(path)) bytes.set(path, Buffer.from(JSON.stringify(tree)));
      return bytes.get(path);
    };
    return { generation: served.generation, documents: discoveryDocuments(served.all()), aggregated };
  };
  let made: ReturnType<typeof make> | undefined;
  return () => {
    if (made?.generation !== served.generation) made = make();
    return made;
  };
}
