/** What checks look at, and the words they report with. */
import type { Container, PodSpec } from "@skiff/api/core/v1";

/** A Pod, or the Pod a workload's template would make. */
export interface Subject {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** Why a check refuses a Pod: what for in short, and where. */
export interface Violation {
  readonly reason: string;
  readonly detail?: string;
}

/** What checks ask about a container: ephemeral ones have it too. */
export type Checked = Pick<
  Container,
  "name" | "securityContext" | "ports" | "livenessProbe" | "readinessProbe" | "startupProbe" | "lifecycle"
>;

/** All containers, in the order they are named in. */
export function containersOf({ spec }: Subject): readonly Checked[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

/** The names of the containers that are bad. */
export function namesOf(subject: Subject, isBad: (container: Checked) => boolean): string[] {
  return containersOf(subject)
    .filter(isBad)
    .map(({ name }) => name);
}

/** `"a", "b"`. */
export function quoted(texts: Iterable<string>): string {
  return [...texts].map((text) => `"${text}"`).join(", ");
}

/** Different texts in order. */
export function sorted(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}

/** One or many. */
export function plural(one: string, many: string, count: number): string {
  return count === 1 ? one : many;
}

/** `container "a"`, `containers "a", "b"`. */
export function containerNames(names: readonly string[]): string {
  return `${plural("container", "containers", names.length)} ${quoted(names)}`;
}

/** Who set something bad: `pod and container "a"`; undefined when nobody did. */
export function setters(pod: boolean, names: readonly string[]): string | undefined {
  const parts = [...(pod ? ["pod"] : []), ...(names.length > 0 ? [containerNames(names)] : [])];
  return parts.length > 0 ? parts.join(" and ") : undefined;
}

/** Whether the Pod's users are not the node's: root inside is nobody outside. */
export function hasOwnUsers({ spec }: Subject): boolean {
  return spec.hostUsers === false;
}
