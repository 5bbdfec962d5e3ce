/** How the API server decides who asks and who may: options of `skiff server`, under the names kube-apiserver has for them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseYaml } from "@skiff/api/server";
import type { Command } from "commander";
import type { Layout } from "../layout.ts";

/** By name, as it was given; a list has commas between its parts. */
export type ApiOptions = Readonly<Record<string, string>>;

/** Every option, with what its value is called and what it says. */
export const API_OPTIONS: Readonly<Record<string, readonly [value: string, summary: string]>> = {
  "anonymous-auth": ["bool", "let in requests without credentials as system:anonymous (default true)"],
  "authentication-config": [
    "file",
    "AuthenticationConfiguration: issuers of JSON Web Tokens, and where anonymous requests may go",
  ],
  "authentication-token-webhook-config-file": ["kubeconfig", "ask this server about bearer tokens nobody else knows"],
  "authentication-token-webhook-cache-ttl": ["duration", "how long its answers hold (default 2m)"],
  "token-auth-file": ["file", 'static bearer tokens: token,user,uid,"groups" on each line'],
  "enable-bootstrap-token-auth": ["bool", "take the bootstrap tokens in kube-system (default false)"],
  "oidc-issuer-url": ["url", "take tokens of this OpenID provider"],
  "oidc-client-id": ["id", "the audience such tokens are for"],
  "oidc-username-claim": ["claim", "which claim names the user (default sub)"],
  "oidc-username-prefix": ["text", "what is put before user names; - for nothing"],
  "oidc-groups-claim": ["claim", "which claim names the groups"],
  "oidc-groups-prefix": ["text", "what is put before group names"],
  "oidc-required-claim": ["claim=value,…", "claims such tokens must have"],
  "oidc-ca-file": ["file", "the authorities the provider is trusted by"],
  "oidc-signing-algs": ["list", "signature algorithms that are taken (default RS256)"],
  "requestheader-client-ca-file": ["file", "the authorities of front proxies, which name users in headers"],
  "requestheader-allowed-names": ["list", "common names of front proxies; any when empty"],
  "requestheader-username-headers": ["list", "headers with the user's name (default X-Remote-User)"],
  "requestheader-group-headers": ["list", "headers with groups (default X-Remote-Group)"],
  "requestheader-uid-headers": ["list", "headers with the user's uid (default X-Remote-Uid)"],
  "requestheader-extra-headers-prefix": [
    "list",
    "what headers with more about the user start with (default X-Remote-Extra-)",
  ],
  "service-account-issuer": ["list", "issuer of service account tokens; others after the first are taken as well"],
  "service-account-signing-key-file": ["file", "private key service account tokens are signed with"],
  "service-account-key-file": ["list", "further keys they are checked with: those of before, and those to come"],
  "service-account-jwks-uri": ["url", "where others find those keys"],
  "service-account-max-token-expiration": ["duration", "the longest life of a token that is asked for"],
  "service-account-extend-token-expiration": ["bool", "let tokens of Pods live for a year (default true)"],
  "api-audiences": ["list", "whom tokens are for that name nobody (default the issuer)"],
  "authorization-mode": [
    "list",
    "Node, RBAC, Webhook, AlwaysAllow, AlwaysDeny in the order they are asked (default Node,RBAC)",
  ],
  "authorization-config": ["file", "AuthorizationConfiguration, in place of authorization-mode"],
  "authorization-webhook-config-file": ["kubeconfig", "the server the mode Webhook asks"],
  "authorization-webhook-cache-authorized-ttl": ["duration", "how long its yes holds (default 5m)"],
  "authorization-webhook-cache-unauthorized-ttl": ["duration", "how long its no holds (default 30s)"],
  "admission-control-config-file": ["file", "AdmissionConfiguration: defaults and exemptions of PodSecurity"],
  "audit-policy-file": ["file", "Policy: what is recorded of which requests"],
  "audit-log-path": ["path", "record it in this file; - for standard output"],
  "audit-log-maxsize": ["megabytes", "put the file aside when it is larger (default 100)"],
  "audit-log-maxbackup": ["number", "files put aside that are kept (default all)"],
  "audit-log-maxage": ["days", "how long they are kept (default for ever)"],
  "audit-log-compress": ["bool", "compress files put aside (default false)"],
  "audit-webhook-config-file": ["kubeconfig", "send what is recorded to this server"],
  "audit-webhook-batch-buffer-size": ["number", "events that may wait to be sent (default 10000)"],
  "audit-webhook-batch-max-size": ["number", "events sent at once (default 400)"],
  "audit-webhook-batch-max-wait": ["duration", "how long an event waits for others (default 30s)"],
  "max-requests-inflight": [
    "number",
    "reads worked on at once; priority levels share these and the writes (default 400)",
  ],
  "max-mutating-requests-inflight": ["number", "writes worked on at once (default 200)"],
};

/** The file in an instance's data directory that holds the same options, by name, for every start. */
export const API_OPTIONS_FILE = "server.yaml";

/** Adds the options to a command. */
export function withApiOptions(command: Command): Command {
  for (const [name, [value, summary]] of Object.entries(API_OPTIONS)) command.option(`--${name} <${value}>`, summary);
  return command;
}

/** What was said on the command line, and for the rest in the file. Throws for an option in the file that there is not, and for a file that is missing. */
export function apiOptions(command: Readonly<Record<string, unknown>>, layout: Layout): ApiOptions {
  const chosen: Record<string, string> = fromFile(join(layout.data, API_OPTIONS_FILE));
  for (const name of Object.keys(API_OPTIONS)) {
    const value = command[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    if (typeof value === "string") chosen[name] = value;
  }
  for (const [name, value] of Object.entries(chosen)) {
    const kind = API_OPTIONS[name]?.[0];
    if ((kind === "file" || kind === "kubeconfig") && !existsSync(value))
      throw new Error(`${name}: there is no file ${value}`);
  }
  return chosen;
}

function fromFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const value = parseYaml(readFileSync(path, "utf8")).value ?? {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Error(`${path}: expected options by name`);
  const chosen: Record<string, string> = {};
  for (const [name, said] of Object.entries(value)) {
    if (!Object.hasOwn(API_OPTIONS, name)) throw new Error(`${path}: there is no option ${JSON.stringify(name)}`);
    chosen[name] = Array.isArray(said) ? said.join(",") : String(said);
  }
  return chosen;
}
