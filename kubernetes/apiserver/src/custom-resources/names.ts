/** Which of the names a definition asks for it gets, and what its conditions say of that. */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from "@skiff/api/apiextensions/v1";
import { type Condition, condition, withCondition } from "./conditions.ts";

/** The annotation with the review that lets a definition use a group of the project's own. */
export const APPROVAL = "api-approved.kubernetes.io";

/** The status a definition should have beside the other definitions there are. `now` is in milliseconds. */
export function statusOf(
  definition: CustomResourceDefinition,
  others: Iterable<CustomResourceDefinition>,
  now: number,
): CustomResourceDefinitionStatus {
  const { spec, status, metadata } = definition;
  const { names, conflict } = acceptedNames(definition, others);
  const wasEstablished = status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True");
  const wanted: Condition[] = [
    conflict ?? condition("NamesAccepted", "True", "NoConflicts", "no conflicts found"),
    wasEstablished || !conflict
      ? condition("Established", "True", "InitialNamesAccepted", "the initial names have been accepted")
      : condition("Established", "False", "NotAccepted", "not all names are accepted"),
  ];
  if (isProtected(spec.group)) wanted.push(approval(metadata.annotations?.[APPROVAL] ?? ""));
  let conditions = status?.conditions ?? [];
  for (const next of wanted) conditions = withCondition(conditions, next, now);
  return { ...status, acceptedNames: names, conditions, storedVersions: status?.storedVersions ?? [] };
}

/** Groups of the project itself need its approval. */
export function isProtected(group: string): boolean {
  return /(^|\.)(k8s\.io|kubernetes\.io)$/.test(group);
}

function approval(annotation: string): Condition {
  const type = "KubernetesAPIApprovalPolicyConformant";
  if (/^https?:\/\/[^/]+/.test(annotation))
    return condition(type, "True", "ApprovedAnnotation", `approved in ${annotation}`);
  if (annotation.startsWith("unapproved")) {
    return condition(type, "False", "UnapprovedAnnotation", `not approved: "${annotation}"`);
  }
  const why = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return condition(type, "False", "MissingAnnotation", why);
}

function acceptedNames(definition: CustomResourceDefinition, others: Iterable<CustomResourceDefinition>) {
  const { spec, status, metadata } = definition;
  const [asked, had] = [spec.names, status?.acceptedNames];
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const other of others) {
    const taken = other.status?.acceptedNames;
    if (!taken || other.metadata.name === metadata.name || other.spec.group !== spec.group) continue;
    for (const name of [taken.plural, taken.singular, ...(taken.shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [taken.kind, taken.listKind]) if (name) kinds.add(name);
  }
  const refusals: Condition[] = [];
  /** The name asked for, unless another has it; then the one had before. */
  const choose = (name: string | undefined, before: string | undefined, taken: Set<string>, reason: string) => {
    if (!name || name === before || !taken.has(name)) return name;
    refusals.push(condition("NamesAccepted", "False", reason, `"${name}" is already in use`));
    return before;
  };
  const plural = choose(asked.plural, had?.plural, resources, "PluralConflict") ?? "";
  const singular = choose(asked.singular, had?.singular, resources, "SingularConflict");
  const known = new Set(had?.shortNames);
  const clashing = (asked.shortNames ?? []).filter((name) => !known.has(name) && resources.has(name));
  if (clashing.length > 0) {
    const [only = "", ...more] = clashing.map((name) => `"${name}" is already in use`);
    const message = more.length === 0 ? only : `[${[only, ...more].join(", ")}]`;
    refusals.push(condition("NamesAccepted", "False", "ShortNamesConflict", message));
  }
  const shortNames = clashing.length > 0 ? had?.shortNames : asked.shortNames;
  const kind = choose(asked.kind, had?.kind, kinds, "KindConflict") ?? "";
  const listKind = choose(asked.listKind, had?.listKind, kinds, "ListKindConflict");
  const names: CustomResourceDefinitionNames = {
    plural,
    ...(singular && { singular }),
    ...(shortNames?.length && { shortNames }),
    kind,
    ...(listKind && { listKind }),
    ...(asked.categories?.length && { categories: asked.categories }),
  };
  return { names, conflict: refusals.at(-1) };
}
