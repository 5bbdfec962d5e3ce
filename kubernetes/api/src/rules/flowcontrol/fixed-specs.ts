/** The flow schemas and priority levels every server has, and nobody may change. */
import type { FlowSchemaSpec, PriorityLevelConfigurationSpec } from "@skiff/api/flowcontrol/v1";
import { type FieldError, invalid } from "../field-error.ts";
import { sameMeaning } from "../meta/immutable.ts";

const everything = {
  resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] }],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
};

function group(name: string): { kind: string; group: { name: string } } {
  return { kind: "Group", group: { name } };
}

const schemas: Readonly<Record<string, FlowSchemaSpec>> = {
  exempt: {
    priorityLevelConfiguration: { name: "exempt" },
    matchingPrecedence: 1,
    rules: [{ subjects: [group("system:masters")], ...everything }],
  },
  "catch-all": {
    priorityLevelConfiguration: { name: "catch-all" },
    matchingPrecedence: 10_000,
    distinguisherMethod: { type: "ByUser" },
    rules: [{ subjects: [group("system:unauthenticated"), group("system:authenticated")], ...everything }],
  },
};

const levels: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  exempt: { type: "Exempt" },
  "catch-all": {
    type: "Limited",
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: "Reject" } },
  },
};

/** Refuses another spec for one of the mandatory names. What the `exempt` level lends may be changed. */
export function checkFixedSpec(
  kind: "FlowSchema" | "PriorityLevelConfiguration",
  name: string,
  spec: FlowSchemaSpec | PriorityLevelConfigurationSpec,
  errors: FieldError[],
): void {
  const table: Readonly<Record<string, FlowSchemaSpec | PriorityLevelConfigurationSpec>> =
    kind === "FlowSchema" ? schemas : levels;
  const fixed = Object.hasOwn(table, name) ? table[name] : undefined;
  if (fixed === undefined) return;
  const isExemptLevel = kind === "PriorityLevelConfiguration" && name === "exempt";
  const compared = isExemptLevel ? { ...spec, exempt: undefined } : spec;
  if (sameMeaning(compared, fixed)) return;
  const what = isExemptLevel ? "spec of 'exempt' except the 'spec.exempt' field" : `spec of '${name}'`;
  errors.push(invalid("spec", spec, `${what} must equal the fixed value`));
}
