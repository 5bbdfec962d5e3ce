/** An authorizer that asks another server, with a SubjectAccessReview (authorization.k8s.io/v1); its answers are remembered for a while. */
import type { SubjectAccessReview, SubjectAccessReviewSpec } from "@skiff/api/authorization/v1";
import type { User } from "../../call.ts";
import { ExpiringMap } from "../../remote/expiring-map.ts";
import { type RemoteServer, readRemoteServer } from "../../remote/kubeconfig.ts";
import { RemoteCallError, remoteCaller } from "../../remote/remote-call.ts";
import type { Log } from "../../server-options.ts";
import type { Attributes, Authorizer, Decision } from "../authorizer.ts";
import { type MatchCondition, matchConditions } from "./match-conditions.ts";

/** One webhook. Times in milliseconds. */
export interface AuthorizationWebhookOptions {
  readonly name: string;
  readonly kubeconfig: string;
  readonly authorizedTtlMs: number;
  readonly unauthorizedTtlMs: number;
  readonly timeoutMs: number;
  /** What a webhook that cannot be asked means. */
  readonly failurePolicy: "NoOpinion" | "Deny";
  readonly matchConditions: readonly MatchCondition[];
}

const REMEMBERED = 8192;
const ATTEMPTS = 5;
/** A request whose description is longer is asked about each time: what is remembered is bounded. */
const LONGEST_KEY = 10_000;

/** Asks one webhook. Rejects where a condition cannot be read. */
export async function webhookAuthorizer(
  options: AuthorizationWebhookOptions,
  clock: { now(): number },
  log: Log,
  server: RemoteServer = readRemoteServer(options.kubeconfig),
): Promise<Authorizer> {
  const { name, authorizedTtlMs, unauthorizedTtlMs, timeoutMs, failurePolicy } = options;
  const caller = remoteCaller(server);
  const matches = await matchConditions(options.matchConditions);
  const known = new ExpiringMap<Decision>(REMEMBERED, clock);

  const failed = (error: Error): Decision => {
    log.warn("an authorization webhook cannot be asked", { webhook: name, error: error.message });
    if (failurePolicy === "Deny") return { allowed: false, denied: true, reason: "", error: error.message };
    return { allowed: false, reason: "", error: error.message };
  };

  const ask = async (key: string, spec: SubjectAccessReviewSpec): Promise<Decision> => {
    const body = { kind: "SubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec };
    let review: Partial<SubjectAccessReview> | undefined;
    try {
      review = (await caller.call({ method: "POST", body, timeoutMs, attempts: ATTEMPTS })) as typeof review;
    } catch (error) {
      if (error instanceof RemoteCallError) return failed(error);
      throw error;
    }
    const { allowed = false, denied = false, reason = "" } = review?.status ?? {};
    if (allowed && denied)
      return failed(new Error("webhook subject access review returned both allow and deny response"));
    const decision: Decision = { allowed, reason, ...(denied && { denied }) };
    if (key.length < LONGEST_KEY) known.set(key, decision, allowed ? authorizedTtlMs : unauthorizedTtlMs);
    return decision;
  };

  return {
    authorize(user, attributes) {
      const spec = reviewSpec(user, attributes);
      const match = matches(spec);
      if (match instanceof Error) return failed(match);
      if (!match) return { allowed: false, reason: "" };
      const key = JSON.stringify(spec);
      return known.get(key) ?? ask(key, spec);
    },
    rulesFor: () => ({ rules: [], incomplete: "webhook authorizer does not support user rule resolution" }),
  };
}

/** A request as a webhook is told of it. */
export function reviewSpec({ name, groups, uid, extra }: User, a: Attributes): SubjectAccessReviewSpec {
  const fields = Object.entries({
    namespace: a.namespace,
    verb: a.verb,
    group: a.group,
    version: a.version,
    resource: a.plural,
    subresource: a.subresource,
    name: a.name,
    fieldSelector: a.fieldSelector,
    labelSelector: a.labelSelector,
  }).filter(([, value]) => value !== "" && value !== undefined);
  return {
    ...(a.isResource
      ? { resourceAttributes: Object.fromEntries(fields) }
      : { nonResourceAttributes: { path: a.path, verb: a.verb } }),
    user: name,
    groups,
    ...(extra && { extra }),
    ...(uid && { uid }),
  };
}
