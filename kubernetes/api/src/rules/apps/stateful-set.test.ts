import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StatefulSetSpec } from "../../generated/types/apps/v1.ts";
import { aContainer, aPodTemplate, aStatefulSet } from "../../testing/index.ts";
import { fieldErrorMessage } from "../field-error.ts";
import { statefulSetRules } from "./stateful-set.ts";

const claim = {
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce" as const], resources: { requests: { storage: "1Gi" } } },
};
const template = aPodTemplate({ containers: [aContainer({ volumeMounts: [{ name: "data", mountPath: "/data" }] })] });

describe("statefulSetRules", () => {
  it("lets containers mount what the claim templates make", () => {
    const set = aStatefulSet({}, { template, volumeClaimTemplates: [claim] });
    assert.deepEqual(statefulSetRules.validate?.(set), []);
  });

  const forbidden =
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  const table: readonly { when: string; spec: Partial<StatefulSetSpec>; want: readonly string[] }[] = [
    { when: "replicas", spec: { replicas: 3 }, want: [] },
    { when: "the template", spec: { template }, want: ['Not found: "data"'] },
    {
      when: "the partition",
      spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } },
      want: [],
    },
    { when: "the Service", spec: { serviceName: "other" }, want: [forbidden] },
    { when: "the claim templates", spec: { volumeClaimTemplates: [claim] }, want: [forbidden] },
  ];
  for (const { when, spec, want } of table) {
    it(`${want.length === 0 ? "accepts" : "refuses"} a change of ${when}`, () => {
      const errors = statefulSetRules.validateUpdate?.(aStatefulSet({}, spec), aStatefulSet()) ?? [];
      assert.deepEqual(errors.map(fieldErrorMessage), want);
    });
  }
});
