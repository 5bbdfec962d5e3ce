import type { User } from "../call.ts";

/** What is asked for: the part of a request that rights are about. */
export interface Attributes {
  readonly isResource: boolean;
  readonly verb: string;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly plural: string;
  readonly subresource: string;
  readonly name: string;
}

/** A verdict. `reason` is shown to the user. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/**
 * Says whether a user may do something, from what is in memory. Asked once per request; throwing fails the request with 500. A
 * verdict without `allowed` is "no opinion": the next authorizer is asked, and when none allows, the answer is no.
 */
export interface Authorizer {
  authorize(user: User, attributes: Attributes): Decision;
  /** The rules that hold for the user in a namespace, where they can be listed (`kubectl auth can-i --list`). */
  rulesFor?(user: User, namespace: string): readonly PolicyRule[];
}

/** As in rbac.authorization.k8s.io/v1. */
export interface PolicyRule {
  readonly verbs?: readonly string[] | undefined;
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
  readonly nonResourceURLs?: readonly string[] | undefined;
}

/** "No opinion", without a reason. */
export const NO_OPINION: Decision = { allowed: false, reason: "" };

/** Asks the authorizers in order until one allows. */
export function union(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize(user, attributes) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = authorizer.authorize(user, attributes);
        if (decision.allowed) return decision;
        if (decision.reason !== "") reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join(", ") };
    },
    rulesFor: (user, namespace) => authorizers.flatMap((a) => a.rulesFor?.(user, namespace) ?? []),
  };
}
