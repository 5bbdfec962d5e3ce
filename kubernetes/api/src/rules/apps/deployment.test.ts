import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Deployment, DeploymentSpec } from "../../generated/types/apps/v1.ts";
import { aDeployment, aPodTemplate } from "../../testing/index.ts";
import { fieldErrorMessage } from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { deploymentRules } from "./deployment.ts";

function messages(errors: ReturnType<NonNullable<typeof deploymentRules.validate>> | undefined): string[] {
  return (errors ?? []).map((error) => `${error.field}: ${fieldErrorMessage(error)}`);
}

describe("deploymentRules.defaults()", () => {
  it("fills in a Deployment that says only what to run", () => {
    const selector = { matchLabels: { app: "web" } };
    const template = {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "main", image: "busybox:1.36" }] },
    };
    const metadata = { name: "web" };
    const object = structuredClone({ metadata, spec: { selector, template } }) as Mutable<Deployment>;
    deploymentRules.defaults?.(object);
    assert.deepEqual(object.spec, aDeployment().spec);
  });
  it("gives a Recreate strategy no numbers", () => {
    const object = structuredClone(aDeployment({}, { strategy: { type: "Recreate" } })) as Mutable<Deployment>;
    deploymentRules.defaults?.(object);
    assert.deepEqual(object.spec.strategy, { type: "Recreate" });
  });
});

describe("deploymentRules.validate()", () => {
  const table: readonly { when: string; spec: Partial<DeploymentSpec>; want: readonly string[] }[] = [
    { when: "a plain Deployment", spec: {}, want: [] },
    {
      when: "a selector that does not fit",
      spec: { selector: { matchLabels: { app: "other" } } },
      want: [
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    },
    {
      when: "an empty selector",
      spec: { selector: {} },
      want: ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    },
    {
      when: "a rolling update that can never roll",
      spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: "0%" } } },
      want: ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    },
    {
      when: "Pods that end",
      spec: { template: aPodTemplate({ restartPolicy: "OnFailure" }) },
      want: ['spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"'],
    },
  ];
  for (const { when, spec, want } of table) {
    it(`says ${want.length === 0 ? "nothing" : "what is wrong"} of ${when}`, () => {
      assert.deepEqual(messages(deploymentRules.validate?.(aDeployment({}, spec))), want);
    });
  }
});

describe("deploymentRules, for a change", () => {
  it("refuses another selector", () => {
    const selector = { matchLabels: { app: "new" } };
    const template = { ...aPodTemplate(), metadata: { labels: { app: "new" } } };
    const errors = deploymentRules.validateUpdate?.(aDeployment({}, { selector, template }), aDeployment());
    assert.deepEqual(messages(errors), [
      'spec.selector: Invalid value: {"matchLabels":{"app":"new"}}: field is immutable',
    ]);
  });

  const generations: readonly { when: string; change: Deployment; want: number }[] = [
    { when: "nothing", change: aDeployment(), want: 1 },
    { when: "a label", change: aDeployment({ labels: { a: "b" } }), want: 1 },
    { when: "an annotation", change: aDeployment({ annotations: { a: "b" } }), want: 2 },
    { when: "the spec", change: aDeployment({}, { replicas: 2 }), want: 2 },
    { when: "the spec and an annotation", change: aDeployment({ annotations: { a: "b" } }, { replicas: 2 }), want: 2 },
    { when: "the generation", change: aDeployment({ generation: 99 }), want: 1 },
  ];
  for (const { when, change, want } of generations) {
    it(`comes to generation ${want} on a change of ${when}`, () => {
      const next = structuredClone(change) as Mutable<Deployment>;
      deploymentRules.prepareForUpdate?.(next, aDeployment());
      assert.equal(next.metadata.generation, want);
    });
  }

  it("refuses counts that cannot be", () => {
    const status = { replicas: 1, readyReplicas: 1, availableReplicas: 2, updatedReplicas: -1 };
    const errors = deploymentRules.validateStatusUpdate?.({ ...aDeployment(), status }, aDeployment());
    assert.deepEqual(messages(errors), [
      "status.updatedReplicas: Invalid value: -1: must be greater than or equal to 0",
      "status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas",
      "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas",
    ]);
  });
});
