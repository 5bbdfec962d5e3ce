import assert from "node:assert/strict";
import { test } from "node:test";
import { autoscalerToV1, autoscalerToV2 } from "./autoscaler.ts";

const CPU = { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } };
const PODS = {
  type: "Pods",
  pods: { metric: { name: "requests" }, target: { type: "AverageValue", averageValue: "10" } },
};

function autoscaler(spec: object, apiVersion = "autoscaling/v2") {
  return {
    apiVersion,
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "default" },
    spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 3, ...spec },
  };
}

test("the use of CPU is a field of version 1 and a metric of version 2", () => {
  const first = autoscaler({ targetCPUUtilizationPercentage: 70 }, "autoscaling/v1");
  const { spec } = autoscalerToV2(first) as { spec: { metrics: unknown } };
  assert.deepEqual(spec.metrics, [CPU]);
  const back = autoscalerToV1(autoscaler({ metrics: [CPU] })) as { spec: object; metadata: object };
  assert.deepEqual(back.spec, first.spec);
  assert.deepEqual(back.metadata, first.metadata, "no annotation where version 1 can say it all");
});

test("what version 1 does not know comes back from annotations", () => {
  const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
  const original = autoscaler({ metrics: [PODS, CPU], behavior });
  const first = autoscalerToV1(original) as { spec: object; metadata: { annotations: Record<string, string> } };
  assert.deepEqual(Object.keys(first.metadata.annotations).toSorted(), [
    "autoscaling.alpha.kubernetes.io/behavior",
    "autoscaling.alpha.kubernetes.io/metrics",
  ]);
  const second = autoscalerToV2(first) as { spec: object; metadata: object };
  assert.deepEqual(second.spec, original.spec);
  assert.deepEqual(second.metadata, original.metadata);
});
