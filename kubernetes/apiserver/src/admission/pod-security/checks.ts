/** The Pod Security Standards: which checks a level consists of in which version. */
import { baselineChecks } from "./baseline-checks.ts";
import type { Standard } from "./policy.ts";
import { profileChecks } from "./profile-checks.ts";
import { restrictedChecks } from "./restricted-checks.ts";
import type { Subject, Violation } from "./subject.ts";

/** One check, as it is done from one minor version of Kubernetes until another, both included. */
export interface Check {
  readonly id: string;
  readonly from: number;
  readonly until?: number;
  readonly check: (subject: Subject) => Violation | undefined;
  /** The check of the restricted level that asks for this and more, in the versions that have it. */
  readonly replacedBy?: string;
}

/** No check has changed since; what asks for a later version gets this one. */
const NEWEST = 36;

const BASELINE = [...baselineChecks, ...profileChecks].sort(byId);
const RESTRICTED = [...restrictedChecks].sort(byId);
const known = new Map<string, readonly Check[]>();

/** Everything that keeps the Pod from meeting the standard: of the baseline level first, then by the checks' names. */
export function violations({ level, minor }: Standard, subject: Subject): readonly Violation[] {
  if (level === "privileged") return [];
  const version = Math.min(minor, NEWEST);
  const key = `${level} ${version}`;
  let checks = known.get(key);
  if (!checks) {
    checks = level === "baseline" ? at(BASELINE, version) : restrictedAt(version);
    known.set(key, checks);
  }
  return checks.flatMap(({ check }) => check(subject) ?? []);
}

function restrictedAt(minor: number): readonly Check[] {
  const restricted = at(RESTRICTED, minor);
  const present = new Set(restricted.map(({ id }) => id));
  return [...at(BASELINE, minor).filter(({ replacedBy = "" }) => !present.has(replacedBy)), ...restricted];
}

function at(checks: readonly Check[], minor: number): readonly Check[] {
  return checks.filter(({ from, until = Number.POSITIVE_INFINITY }) => from <= minor && minor <= until);
}

function byId(a: Check, b: Check): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : a.from - b.from;
}

/** The violations in short: `privileged, hostPort`. */
export function reasonsOf(found: readonly Violation[]): string {
  return found.map(({ reason }) => reason).join(", ");
}

/** The violations with where they are: `privileged (container "a" must not …)`. */
export function detailsOf(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(", ");
}
