/** PodSecurity: Pods keep to the Pod Security Standard their namespace's labels name; workloads that could not are warned of. */
import type { Pod, PodSpec } from "@skiff/api/core/v1";
import {
  cronJobs,
  daemonSets,
  deployments,
  jobs,
  namespaces,
  pods,
  podTemplates,
  replicaSets,
  replicationControllers,
  statefulSets,
} from "@skiff/api/resources";
import { type AdmissionPlugin, type AdmissionRequest, annotate } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { anyOf, subresource, whole } from "../targets.ts";
import { detailsOf, violations } from "./checks.ts";
import { DEFAULT_CONFIGURATION } from "./configuration.ts";
import { namespaceSecurity } from "./namespace-security.ts";
import { asksNothing, type Policy, type ReadPolicy, readPolicy, sameStandard, standardText } from "./policy.ts";
import type { Subject } from "./subject.ts";
import { subjectOf } from "./templates.ts";

const WORKLOADS = [
  podTemplates,
  replicationControllers,
  replicaSets,
  deployments,
  statefulSets,
  daemonSets,
  jobs,
  cronJobs,
];
const NOTE = "pod-security.kubernetes.io/";

/** The plugin. */
export function podSecurity({
  caches,
  clock,
  options,
}: Pick<AdmissionDeps, "caches" | "clock" | "options">): AdmissionPlugin {
  const configuration = options.podSecurity ?? DEFAULT_CONFIGURATION;
  const { defaults, exempt } = configuration;
  const known = caches.of(namespaces).entries;
  const checkNamespace = namespaceSecurity({ pods: caches.of(pods).entries, clock, configuration });
  return {
    name: "PodSecurity",
    concerns: anyOf(
      whole(namespaces, "CREATE", "UPDATE"),
      whole(pods, "CREATE", "UPDATE"),
      subresource(pods, "ephemeralcontainers", "UPDATE"),
      ...WORKLOADS.map((resource) => whole(resource, "CREATE", "UPDATE")),
    ),
    validate(request) {
      const { info, namespace, user, object } = request;
      if (info.plural === namespaces.plural) return checkNamespace(request);
      if (!object || exempt.namespaces.includes(namespace) || exempt.usernames.includes(user.name)) return;
      const read = readPolicy(known.get(namespace)?.object.metadata.labels, defaults);
      if (read.errors.length === 0 && asksNothing(read.policy)) return;
      const isPod = info.plural === pods.plural;
      if (isPod && request.old && !matters(object as unknown as Pod, request.old as unknown as Pod)) return;
      const subject = subjectOf(info, object);
      if (!subject || exempt.runtimeClasses.includes(subject.spec.runtimeClassName ?? "")) return;
      evaluate(request, read, subject, isPod);
    },
  };
}

function evaluate(request: AdmissionRequest, { policy, errors }: ReadPolicy, subject: Subject, isPod: boolean): void {
  if (errors.length > 0) {
    const texts = errors.map(({ field, badValue, detail }) => `${field}: Invalid value: "${badValue}": ${detail}`);
    annotate(request, `${NOTE}error`, `Failed to parse policy: ${texts.join(", ")}`);
  }
  if (isPod) annotate(request, `${NOTE}enforce-policy`, standardText(policy.enforce));
  const enforced = isPod ? violations(policy.enforce, subject) : [];
  const audited = found("audit");
  if (audited.length > 0) annotate(request, `${NOTE}audit-violations`, wouldViolate(policy, "audit", audited));
  if (enforced.length > 0) {
    const why = `violates PodSecurity "${standardText(policy.enforce)}": ${detailsOf(enforced)}`;
    throw refusal(request, why);
  }
  const warned = found("warn");
  if (warned.length > 0) request.warnings.push(wouldViolate(policy, "warn", warned));

  function found(mode: "audit" | "warn") {
    if (isPod && sameStandard(policy[mode], policy.enforce)) return enforced;
    return violations(policy[mode], subject);
  }
}

function wouldViolate(policy: Policy, mode: "audit" | "warn", found: Parameters<typeof detailsOf>[0]): string {
  return `would violate PodSecurity "${standardText(policy[mode])}": ${detailsOf(found)}`;
}

/** Of what may change in a Pod, only images and new ephemeral containers matter. */
function matters({ spec, metadata }: Pod, old: Pod): boolean {
  const all = (of: PodSpec) => [...of.containers, ...(of.initContainers ?? []), ...(of.ephemeralContainers ?? [])];
  const before = new Map(all(old.spec).map((container) => [container.name, container]));
  const after = all(spec);
  const seccomp = (of: Pod["metadata"], name: string) =>
    of.annotations?.[`container.seccomp.security.alpha.kubernetes.io/${name}`];
  return (
    after.length !== before.size ||
    after.some(
      ({ name, image }) => before.get(name)?.image !== image || seccomp(metadata, name) !== seccomp(old.metadata, name),
    )
  );
}
