import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Node, NodeSelectorRequirement, PodSpec, Taint, Toleration } from "../generated/types/core/v1.ts";
import { allowsNode, tolerates, untolerated } from "./index.ts";

const node: Node = { metadata: { name: "one", labels: { disk: "ssd", cores: "8", odd: "8.5" } }, spec: {} } as Node;

function specWith(...matchExpressions: NodeSelectorRequirement[]): PodSpec {
  const nodeSelectorTerms = [{ matchExpressions }];
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms };
  return { containers: [], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } };
}

const affinities: { when: string; key: string; operator: string; values?: string[]; want: boolean }[] = [
  { when: "the value is one of those", key: "disk", operator: "In", values: ["hdd", "ssd"], want: true },
  { when: "the label is missing", key: "gone", operator: "In", values: ["ssd"], want: false },
  {
    when: "the label must not be one of those and is missing",
    key: "gone",
    operator: "NotIn",
    values: ["x"],
    want: true,
  },
  { when: "the label must not be there", key: "disk", operator: "DoesNotExist", want: false },
  { when: "the number is greater", key: "cores", operator: "Gt", values: ["4"], want: true },
  { when: "the number is not less", key: "cores", operator: "Lt", values: ["8"], want: false },
  { when: "the label is no whole number", key: "odd", operator: "Gt", values: ["4"], want: false },
  { when: "nobody knows the operator", key: "disk", operator: "Near", values: ["ssd"], want: false },
];

describe("allowsNode()", () => {
  for (const { when, key, operator, values, want } of affinities) {
    it(`is ${want} when ${when}`, () => {
      const requirement = { key, operator, ...(values && { values }) } as NodeSelectorRequirement;
      assert.equal(allowsNode(specWith(requirement), node), want);
    });
  }

  it("wants all of the node selector, and any one term", () => {
    assert.equal(allowsNode({ nodeSelector: { disk: "ssd", cores: "8" } }, node), true);
    assert.equal(allowsNode({ nodeSelector: { disk: "ssd", cores: "4" } }, node), false);
    const terms = [{}, { matchFields: [{ key: "metadata.name", operator: "In", values: ["one"] }] }];
    const required = { nodeSelectorTerms: terms } as never;
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
    assert.equal(allowsNode({ affinity }, node), true);
    assert.equal(allowsNode({ affinity }, { ...node, metadata: { name: "two" } }), false);
  });
});

const taint: Taint = { key: "gpu", value: "2", effect: "NoSchedule" };
const tolerations: { when: string; toleration: Toleration; want: boolean }[] = [
  { when: "everything is tolerated", toleration: { operator: "Exists" }, want: true },
  { when: "another effect is", toleration: { operator: "Exists", effect: "NoExecute" }, want: false },
  { when: "the value is the same", toleration: { key: "gpu", value: "2" }, want: true },
  { when: "the value is another", toleration: { key: "gpu", value: "3" }, want: false },
  { when: "no key is given", toleration: { value: "2" }, want: false },
  { when: "the taint's number is greater", toleration: { key: "gpu", operator: "Gt", value: "1" }, want: true },
  {
    when: "a number is asked for and none is given",
    toleration: { key: "gpu", operator: "Lt", value: "x" },
    want: false,
  },
];

describe("tolerates()", () => {
  for (const { when, toleration, want } of tolerations) {
    it(`is ${want} when ${when}`, () => assert.equal(tolerates([toleration], taint), want));
  }

  it("leaves a preference out of what keeps a Pod away", () => {
    const preferred: Taint = { key: "slow", effect: "PreferNoSchedule" };
    assert.equal(untolerated([preferred, taint], [{ operator: "Exists", key: "gpu" }]), undefined);
    assert.equal(untolerated([preferred, taint], undefined), taint);
  });
});
