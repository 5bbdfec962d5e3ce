/** From the options of `skiff server` to those of the API server. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ApiServerOptions, goDuration, readAdmissionConfiguration } from "@skiff/apiserver";
import type { ApiOptions } from "../commands/api-options.ts";

type Security = Pick<
  ApiServerOptions,
  "authentication" | "authorization" | "audit" | "maxRequestsInFlight" | "podSecurity"
>;

/** Who is let in, who may do what, and what is recorded. Throws for values that make no sense. */
export function apiSecurity(options: ApiOptions): Security {
  const audit = auditOf(options);
  const admission = options["admission-control-config-file"];
  return {
    ...(admission && readAdmissionConfiguration(admission)),
    authentication: authenticationOf(options),
    authorization: authorizationOf(options),
    ...(audit && { audit }),
    maxRequestsInFlight:
      count(options, "max-requests-inflight", 400) + count(options, "max-mutating-requests-inflight", 200),
  };
}

/** The issuer and the keys of service account tokens: the instance's own where the options name none. */
export function serviceAccountOptions(
  options: ApiOptions,
  own: { readonly issuer: string; readonly signingKeyFile: string },
): ApiServerOptions["serviceAccount"] {
  const [issuer = own.issuer, ...otherIssuers] = list(options, "service-account-issuer") ?? [];
  const signingKeyFile = options["service-account-signing-key-file"] ?? own.signingKeyFile;
  // The instance's own key goes on being taken: tokens it signed are in use.
  const others = [...(list(options, "service-account-key-file") ?? []), own.signingKeyFile];
  return {
    issuer,
    otherIssuers,
    signingKey: createPrivateKey(readFileSync(signingKeyFile)),
    otherKeys: others.filter((path) => path !== signingKeyFile).map(readKey),
    audiences: list(options, "api-audiences"),
    jwksUri: options["service-account-jwks-uri"],
    extendExpiration: flag(options, "service-account-extend-token-expiration") ?? true,
    maxExpirationSeconds: seconds(options, "service-account-max-token-expiration"),
  };
}

function authenticationOf(options: ApiOptions): NonNullable<ApiServerOptions["authentication"]> {
  const webhook = options["authentication-token-webhook-config-file"];
  const anonymous = flag(options, "anonymous-auth");
  const jwt = oidcIssuer(options);
  const configurationFile = options["authentication-config"];
  if (jwt && configurationFile) throw new Error("authentication-config and oidc-issuer-url cannot both be given");
  return {
    tokenFile: options["token-auth-file"],
    bootstrapTokens: flag(options, "enable-bootstrap-token-auth") ?? false,
    ...(jwt && { jwt: [jwt] }),
    configurationFile,
    ...(webhook && {
      webhook: { kubeconfig: webhook, cacheTtlMs: milliseconds(options, "authentication-token-webhook-cache-ttl") },
    }),
    requestHeader: requestHeaderOf(options),
    ...(anonymous !== undefined && { anonymous: { enabled: anonymous } }),
  };
}

function requestHeaderOf(options: ApiOptions): NonNullable<ApiServerOptions["authentication"]>["requestHeader"] {
  const file = options["requestheader-client-ca-file"];
  if (file === undefined) return undefined;
  return {
    clientCa: readFileSync(file, "utf8"),
    allowedNames: list(options, "requestheader-allowed-names"),
    usernameHeaders: list(options, "requestheader-username-headers"),
    groupHeaders: list(options, "requestheader-group-headers"),
    uidHeaders: list(options, "requestheader-uid-headers"),
    extraHeaderPrefixes: list(options, "requestheader-extra-headers-prefix"),
  };
}

type Issuer = NonNullable<NonNullable<ApiServerOptions["authentication"]>["jwt"]>[number];

function oidcIssuer(options: ApiOptions): Issuer | undefined {
  const url = options["oidc-issuer-url"];
  const audience = options["oidc-client-id"];
  if (!url && !audience) return undefined;
  if (!url || !audience) throw new Error("oidc-issuer-url and oidc-client-id should be specified together");
  if (!url.startsWith("https:")) throw new Error("oidc-issuer-url: URL scheme must be https");
  const claim = options["oidc-username-claim"] ?? "sub";
  const said = options["oidc-username-prefix"];
  // Names of other claims than the address are unique to the provider only.
  const prefix = said === "-" ? "" : (said ?? (claim === "email" ? "" : `${url}#`));
  const groups = options["oidc-groups-claim"];
  const authority = options["oidc-ca-file"];
  return {
    issuer: { url, audiences: [audience], ...(authority && { certificateAuthority: readFileSync(authority, "utf8") }) },
    claimMappings: {
      username: { claim, prefix },
      ...(groups && { groups: { claim: groups, prefix: options["oidc-groups-prefix"] ?? "" } }),
    },
    claimValidationRules: (list(options, "oidc-required-claim") ?? []).map((pair) => {
      const at = pair.indexOf("=");
      return { claim: pair.slice(0, at), requiredValue: pair.slice(at + 1) };
    }),
    signingAlgorithms: list(options, "oidc-signing-algs") ?? ["RS256"],
  };
}

function authorizationOf(options: ApiOptions): NonNullable<ApiServerOptions["authorization"]> {
  const kubeconfig = options["authorization-webhook-config-file"];
  const modes = list(options, "authorization-mode");
  const configurationFile = options["authorization-config"];
  if (configurationFile && modes) throw new Error("authorization-config and authorization-mode cannot both be given");
  return {
    modes,
    configurationFile,
    ...(kubeconfig && {
      webhook: {
        name: "default",
        kubeconfig,
        authorizedTtlMs: milliseconds(options, "authorization-webhook-cache-authorized-ttl") ?? 300_000,
        unauthorizedTtlMs: milliseconds(options, "authorization-webhook-cache-unauthorized-ttl") ?? 30_000,
        timeoutMs: 30_000,
        failurePolicy: "NoOpinion",
        matchConditions: [],
      },
    }),
  };
}

function auditOf(options: ApiOptions): ApiServerOptions["audit"] {
  const policyFile = options["audit-policy-file"];
  const path = options["audit-log-path"];
  const kubeconfig = options["audit-webhook-config-file"];
  if (!path && !kubeconfig) return undefined;
  if (!policyFile) throw new Error("an audit log or webhook needs audit-policy-file: it says what is recorded");
  return {
    policyFile,
    ...(path && {
      file: {
        path,
        maxSizeMb: count(options, "audit-log-maxsize", 100),
        maxBackups: count(options, "audit-log-maxbackup", 0),
        maxAgeDays: count(options, "audit-log-maxage", 0),
        compress: flag(options, "audit-log-compress") ?? false,
      },
    }),
    ...(kubeconfig && {
      webhook: {
        kubeconfig,
        bufferSize: count(options, "audit-webhook-batch-buffer-size", 10_000),
        maxBatchSize: count(options, "audit-webhook-batch-max-size", 400),
        maxBatchWaitMs: milliseconds(options, "audit-webhook-batch-max-wait") ?? 30_000,
      },
    }),
  };
}

function list(options: ApiOptions, name: string): readonly string[] | undefined {
  const said = options[name];
  return said
    ?.split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function flag(options: ApiOptions, name: string): boolean | undefined {
  const said = options[name];
  if (said === undefined) return undefined;
  if (said !== "true" && said !== "false")
    throw new Error(`${name}: expected true or false, found ${JSON.stringify(said)}`);
  return said === "true";
}

function count(options: ApiOptions, name: string, fallback: number): number {
  const said = options[name];
  if (said === undefined) return fallback;
  if (!/^\d+$/.test(said)) throw new Error(`${name}: expected a number, found ${JSON.stringify(said)}`);
  return Number(said);
}

function milliseconds(options: ApiOptions, name: string): number | undefined {
  const said = options[name];
  return said === undefined ? undefined : goDuration(said, name);
}

function seconds(options: ApiOptions, name: string): number | undefined {
  const said = milliseconds(options, name);
  return said === undefined || said === 0 ? undefined : said / 1000;
}

// A file may hold either half.
function readKey(path: string): KeyObject {
  const pem = readFileSync(path, "utf8");
  return pem.includes("PRIVATE KEY") ? createPrivateKey(pem) : createPublicKey(pem);
}
