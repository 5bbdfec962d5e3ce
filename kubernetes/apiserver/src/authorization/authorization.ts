/** Who may do what: the authorizers of a server, in the order they are asked. */
import { type Reloaded, reloaded } from "../configuration/reloaded.ts";
import type { Log } from "../server-options.ts";
import type { Caches } from "../state/caches.ts";
import {
  type AuthorizerConfiguration,
  authorizersOfModes,
  parseAuthorizationConfiguration,
} from "./authorization-configuration.ts";
import { type Authorizer, alwaysAllow, alwaysDeny } from "./authorizer.ts";
import { nodeAuthorizer } from "./node/node-authorizer.ts";
import { createNodeGraph } from "./node/node-graph.ts";
import { createPolicyIndex } from "./rbac/policy-index.ts";
import { rbacAuthorizer } from "./rbac/rbac.ts";
import { systemMasters } from "./system-masters.ts";
import { union } from "./union.ts";
import { type AuthorizationWebhookOptions, webhookAuthorizer } from "./webhook/webhook-authorizer.ts";

/** Which authorizers are asked. */
export interface AuthorizationOptions {
  /** In order; Node and RBAC when missing. */
  readonly modes?: readonly string[] | undefined;
  /** The webhook of the mode Webhook. */
  readonly webhook?: AuthorizationWebhookOptions | undefined;
  /** Path of an AuthorizationConfiguration, which takes the place of both and is looked at again when it changes. */
  readonly configurationFile?: string | undefined;
}

/** What authorization works with. */
export interface AuthorizationDeps {
  readonly caches: Caches;
  readonly clock: { now(): number };
  readonly log: Log;
}

/** All authorizers as one. Rejects when a file named by the options cannot be used. */
export async function createAuthorization(
  options: AuthorizationOptions,
  deps: AuthorizationDeps,
): Promise<Authorizer & Disposable> {
  const { caches, clock, log } = deps;
  const node = nodeAuthorizer(createNodeGraph(caches));
  const rbac = rbacAuthorizer(createPolicyIndex(caches));
  const one = async (configuration: AuthorizerConfiguration): Promise<Authorizer> => {
    switch (configuration.type) {
      case "Node":
        return node;
      case "RBAC":
        return rbac;
      case "AlwaysAllow":
        return alwaysAllow;
      case "AlwaysDeny":
        return alwaysDeny;
      case "Webhook":
        return webhookAuthorizer(configuration.webhook, clock, log);
    }
  };
  const make = async (all: readonly AuthorizerConfiguration[]): Promise<Authorizer> =>
    union([systemMasters, ...(await Promise.all(all.map(one)))]);
  const { configurationFile: path, modes = ["Node", "RBAC"], webhook } = options;
  const current: Reloaded<Authorizer> =
    path === undefined
      ? { value: await make(authorizersOfModes(modes, webhook)), [Symbol.dispose]: () => undefined }
      : await reloaded(path, (text) => make(parseAuthorizationConfiguration(text, path)), log);
  return {
    authorize: (user, attributes) => current.value.authorize(user, attributes),
    rulesFor: (user, namespace) => current.value.rulesFor?.(user, namespace) ?? { rules: [] },
    [Symbol.dispose]: () => current[Symbol.dispose](),
  };
}
