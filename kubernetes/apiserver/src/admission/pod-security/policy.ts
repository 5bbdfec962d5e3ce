/** The policy a namespace's labels ask for (pod-security.kubernetes.io/…). */
import type { FieldErrors } from "./field-errors.ts";

/** The levels, from the laxest to the strictest. */
export const LEVELS = ["privileged", "baseline", "restricted"] as const;
/** How much a Pod may do. */
export type Level = (typeof LEVELS)[number];

/** A level as some minor version of Kubernetes defined it; Infinity for the latest. */
export interface Standard {
  readonly level: Level;
  readonly minor: number;
}

/** What is refused, what is noted in the audit log, and what is warned of. */
export interface Policy {
  readonly enforce: Standard;
  readonly audit: Standard;
  readonly warn: Standard;
}

type Mode = keyof Policy;

/** A policy, and what is wrong with the labels it was read from. */
export interface ReadPolicy {
  readonly policy: Policy;
  readonly errors: FieldErrors;
}

const PREFIX = "pod-security.kubernetes.io/";
const MODES: readonly Mode[] = ["enforce", "audit", "warn"];
const PRIVILEGED: Standard = { level: "privileged", minor: Number.POSITIVE_INFINITY };

/** What holds for namespaces that say nothing. */
export const DEFAULT_POLICY: Policy = { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED };

/**
 * Reads the labels. A label that makes no sense is an error, and until it is mended means the strictest level to enforce
 * and none to audit or warn of. Where only a level to enforce is given, workloads that could not run under it are warned of.
 */
export function readPolicy(labels: Readonly<Record<string, string>> | undefined, defaults: Policy): ReadPolicy {
  const errors: FieldErrors[number][] = [];
  const read = (mode: Mode): Standard => {
    const level = labels?.[PREFIX + mode];
    const version = labels?.[`${PREFIX}${mode}-version`];
    return {
      level: level === undefined ? defaults[mode].level : readLevel(mode, level, errors),
      minor: version === undefined ? defaults[mode].minor : readVersion(mode, version, errors),
    };
  };
  const [enforce = PRIVILEGED, audit = PRIVILEGED, warn = PRIVILEGED] = MODES.map(read);
  const given = labels?.[`${PREFIX}enforce`];
  const implied = given === enforce.level && labels?.[`${PREFIX}warn`] === undefined;
  if (!implied || strictness(enforce) <= strictness(warn)) return { policy: { enforce, audit, warn }, errors };
  const minor = labels?.[`${PREFIX}warn-version`] === undefined ? enforce.minor : warn.minor;
  return { policy: { enforce, audit, warn: { level: enforce.level, minor } }, errors };
}

function readLevel(mode: Mode, value: string, errors: FieldErrors[number][]): Level {
  const known = LEVELS.find((level) => level === value);
  if (known) return known;
  errors.push(invalidLabel(mode, value, `must be one of ${LEVELS.join(", ")}`));
  return mode === "enforce" ? "restricted" : "privileged";
}

function readVersion(mode: Mode, value: string, errors: FieldErrors[number][]): number {
  const minor = /^v1\.(0|[1-9]\d*)$/.exec(value)?.[1];
  if (minor !== undefined) return Number(minor);
  if (value !== "latest") errors.push(invalidLabel(`${mode}-version`, value, 'must be "latest" or "v1.x"'));
  return Number.POSITIVE_INFINITY;
}

function invalidLabel(name: string, badValue: string, detail: string): FieldErrors[number] {
  return { type: "FieldValueInvalid", field: `metadata.labels[${PREFIX}${name}]`, badValue, detail };
}

/** How strict a standard's level is, to compare with another's. */
export function strictness({ level }: Standard): number {
  return LEVELS.indexOf(level);
}

/** `restricted:latest`, `baseline:v1.24`. */
export function standardText({ level, minor }: Standard): string {
  return `${level}:${Number.isFinite(minor) ? `v1.${minor}` : "latest"}`;
}

/** Whether nothing at all is asked for. */
export function asksNothing({ enforce, audit, warn }: Policy): boolean {
  return [enforce, audit, warn].every(({ level }) => level === "privileged");
}

/** Whether two standards are the same. */
export function sameStandard(a: Standard, b: Standard): boolean {
  return a.level === b.level && a.minor === b.minor;
}
