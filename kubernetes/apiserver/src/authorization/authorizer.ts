import type { FieldSelectorAttributes, LabelSelectorAttributes } from "@skiff/api/authorization/v1";
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
  /** Of list, watch and deletecollection: which objects they are limited to. */
  readonly fieldSelector?: FieldSelectorAttributes | undefined;
  readonly labelSelector?: LabelSelectorAttributes | undefined;
}

/** A verdict. `reason` is shown to the user. */
export interface Decision {
  readonly allowed: boolean;
  /** An answer that no later authorizer may overrule; without it, what is not allowed is merely not allowed yet. */
  readonly denied?: boolean;
  readonly reason: string;
  /** What went wrong on the way to the verdict. */
  readonly error?: string | undefined;
}

/** The rules that hold for a user. `incomplete` with a reason where some authorizer cannot list them. */
export interface RuleList {
  readonly rules: readonly PolicyRule[];
  readonly incomplete?: string | undefined;
}

/**
 * Says whether a user may do something. Asked at least once per request, concurrently; from memory it answers at once, and a promise
 * where it has to ask others. Throwing fails the request with 500. A verdict that neither allows nor denies is "no opinion".
 */
export interface Authorizer {
  authorize(user: User, attributes: Attributes): Decision | Promise<Decision>;
  /** The rules that hold for the user in a namespace (`kubectl auth can-i --list`). */
  rulesFor?(user: User, namespace: string): RuleList;
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

/** "Yes", without a reason. */
export const ALLOWED: Decision = { allowed: true, reason: "" };

/** "No opinion", and why. */
export function noOpinion(reason: string): Decision {
  return { allowed: false, reason };
}

/** Everybody may do everything (the mode AlwaysAllow). */
export const alwaysAllow: Authorizer = {
  authorize: () => ALLOWED,
  rulesFor: () => ({
    rules: [
      { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
      { verbs: ["*"], nonResourceURLs: ["*"] },
    ],
  }),
};

/** Nobody may do anything (the mode AlwaysDeny). */
export const alwaysDeny: Authorizer = {
  authorize: () => noOpinion("Everything is forbidden."),
  rulesFor: () => ({ rules: [] }),
};
