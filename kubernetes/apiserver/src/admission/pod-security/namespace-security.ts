import { controllerOf, StatusError } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import type { SortedEntries } from "../../state/sorted-entries.ts";
import type { AdmissionRequest } from "../admission.ts";
import { reasonsOf, violations } from "./checks.ts";
import type { PodSecurityConfiguration } from "./configuration.ts";
import {
  asksNothing,
  type Policy,
  type ReadPolicy,
  readPolicy,
  type Standard,
  sameStandard,
  standardText,
  strictness,
} from "./policy.ts";

/** Pods looked at when a namespace becomes stricter, and the time taken for it. */
const MOST_PODS = 3000;
const MOST_MS = 1000;

interface Deps {
  readonly pods: SortedEntries;
  readonly clock: { now(): number };
  readonly configuration: PodSecurityConfiguration;
}

/** Refuses labels that make no sense, and warns of the Pods that a stricter level would not have let in. */
export function namespaceSecurity(deps: Deps): (request: AdmissionRequest) => void {
  const { defaults, exempt } = deps.configuration;
  return (request) => {
    const { object, old, operation, info, name, warnings } = request;
    const read = readPolicy(object?.metadata.labels, defaults);
    const before = old && readPolicy(old.metadata.labels, defaults);
    if (read.errors.length > 0 && !sameErrors(read, before)) {
      throw StatusError.invalid(info, name || (object?.metadata.name ?? ""), read.errors);
    }
    const { enforce } = read.policy;
    if (operation === "UPDATE" && before && !isStricter(enforce, before.policy.enforce)) return;
    if (exempt.namespaces.includes(name)) {
      const warning = exemptWarning(name, read.policy, deps.configuration, object?.metadata.labels);
      if (warning !== undefined) warnings.push(warning);
    } else if (operation === "UPDATE") warnings.push(...podWarnings(deps, name, enforce));
  };
}

function sameErrors(read: ReadPolicy, before: ReadPolicy | undefined): boolean {
  return before !== undefined && JSON.stringify(read.errors) === JSON.stringify(before.errors);
}

function isStricter(now: Standard, before: Standard): boolean {
  if (sameStandard(now, before) || now.level === "privileged") return false;
  return now.minor !== before.minor || strictness(now) > strictness(before);
}

function podWarnings({ pods, clock, configuration }: Deps, namespace: string, enforce: Standard): string[] {
  const until = clock.now() + MOST_MS;
  const all = oneOfEachFirst([...pods.under(`${namespace}/`)].map(({ object }) => object as unknown as Pod)).filter(
    ({ spec }) => !configuration.exempt.runtimeClasses.includes(spec.runtimeClassName ?? ""),
  );
  const names = new Map<string, string[]>();
  let checked = 0;
  for (const pod of all) {
    if (checked >= MOST_PODS || clock.now() > until) break;
    checked++;
    const found = violations(enforce, { annotations: pod.metadata.annotations ?? {}, spec: pod.spec });
    if (found.length === 0) continue;
    const reasons = reasonsOf(found);
    names.set(reasons, [...(names.get(reasons) ?? []), pod.metadata.name]);
  }
  const warnings: string[] = [];
  if (checked < all.length) {
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${checked} of ${all.length} existing pods`,
    );
  }
  if (names.size === 0) return warnings;
  const level = standardText(enforce);
  warnings.push(`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${level}"`);
  const lines = [...names].map(([reasons, of]) => `${whoseOf(of.sort())}: ${reasons}`);
  return [...warnings, ...lines.sort()];
}

/** Pods of one controller are alike: one of each is looked at before the others, should there be too many. */
function oneOfEachFirst(pods: readonly Pod[]): Pod[] {
  const seen = new Set<string>();
  const later: Pod[] = [];
  const first = pods.filter((pod) => {
    const owner = controllerOf(pod)?.uid;
    if (owner === undefined || !seen.has(owner)) {
      if (owner !== undefined) seen.add(owner);
      return true;
    }
    later.push(pod);
    return false;
  });
  return [...first, ...later];
}

function whoseOf([first = "", ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return `${first} (and ${others.length} other ${others.length === 1 ? "pod" : "pods"})`;
}

function exemptWarning(
  namespace: string,
  policy: Policy,
  { defaults }: PodSecurityConfiguration,
  labels: Readonly<Record<string, string>> = {},
): string | undefined {
  const modes = ["enforce", "audit", "warn"] as const;
  if (asksNothing(policy) || modes.every((mode) => sameStandard(policy[mode], defaults[mode]))) return undefined;
  const asked = modes.flatMap((mode) => {
    const label = `pod-security.kubernetes.io/${mode}`;
    const said = labels[label] !== undefined || labels[`${label}-version`] !== undefined;
    return said && policy[mode].level !== "privileged" ? [`${mode}=${standardText(policy[mode])}`] : [];
  });
  return `namespace "${namespace}" is exempt from Pod Security, and the policy (${asked.join(", ")}) will be ignored`;
}
