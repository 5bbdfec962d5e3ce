/** The conditions of a definition. */
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from "@skiff/api/apiextensions/v1";
import { timestamp } from "../objects/timestamp.ts";

/** A condition, without the time it came to be so. */
export type Condition = Omit<CustomResourceDefinitionCondition, "lastTransitionTime">;

/** The conditions with `next` among them; when it came to be so is kept where it was so before. */
export function withCondition(
  present: readonly CustomResourceDefinitionCondition[],
  next: Condition,
  now: number,
): readonly CustomResourceDefinitionCondition[] {
  const before = present.find(({ type }) => type === next.type);
  const same = before?.status === next.status && before.reason === next.reason && before.message === next.message;
  if (same) return present;
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : timestamp(now);
  const made = { ...next, lastTransitionTime: lastTransitionTime ?? timestamp(now) };
  return before ? present.map((old) => (old === before ? made : old)) : [...present, made];
}

/** A condition as definitions have them. */
export function condition(type: string, status: "True" | "False", reason: string, message: string): Condition {
  return { type, status, reason, message };
}

/** Whether a definition has come so far that its resource is served. */
export function isEstablished({ status }: CustomResourceDefinition): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") ?? false;
}
