import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Container, Pod, PodSpec, PodStatus } from "../../generated/types/core/v1.ts";
import { aContainer, aPod } from "../../testing/index.ts";
import { fieldErrorMessage } from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { podRules } from "./pod.ts";

function defaulted(spec: PodSpec): PodSpec {
  const pod = { metadata: { name: "a", namespace: "default" }, spec: structuredClone(spec) } as Mutable<Pod>;
  podRules.defaults?.(pod);
  return pod.spec;
}

function messages(errors: ReturnType<NonNullable<typeof podRules.validate>> | undefined): string[] {
  return (errors ?? []).map((error) => `${error.field}: ${fieldErrorMessage(error)}`);
}

describe("podRules.defaults()", () => {
  it("fills in a Pod that says only what to run", () => {
    assert.deepEqual(defaulted({ containers: [{ name: "c", image: "busybox" }] }), {
      containers: [
        {
          name: "c",
          image: "busybox",
          imagePullPolicy: "Always",
          resources: {},
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
        },
      ],
      dnsPolicy: "ClusterFirst",
      enableServiceLinks: true,
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    });
  });

  const policies = [
    { image: "busybox", want: "Always" },
    { image: "busybox:latest", want: "Always" },
    { image: "localhost:5000/busybox", want: "Always" },
    { image: "busybox:1.36", want: "IfNotPresent" },
    { image: "localhost:5000/busybox:1.36", want: "IfNotPresent" },
    { image: `busybox@sha256:${"0".repeat(64)}`, want: "IfNotPresent" },
  ];
  for (const { image, want } of policies) {
    it(`pulls ${image} ${want}`, () => {
      assert.equal(defaulted({ containers: [{ name: "c", image }] }).containers[0]?.imagePullPolicy, want);
    });
  }

  const parts: readonly { when: string; container: Partial<Container>; want: Partial<Container> }[] = [
    {
      when: "limits without requests",
      container: { resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } } },
      want: {
        resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m", memory: "1Gi" } },
      },
    },
    {
      when: "an HTTP probe",
      container: { livenessProbe: { httpGet: { port: 80 } } },
      want: {
        livenessProbe: {
          httpGet: { port: 80, path: "/", scheme: "HTTP" },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
    },
    {
      when: "a field in the environment",
      container: { env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] },
      want: { env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name", apiVersion: "v1" } } }] },
    },
    {
      when: "a port",
      container: { ports: [{ containerPort: 80 }] },
      want: { ports: [{ containerPort: 80, protocol: "TCP" }] },
    },
  ];
  for (const { when, container, want } of parts) {
    it(`completes ${when}`, () => {
      const got = defaulted({ containers: [aContainer(container)] }).containers[0];
      assert.deepEqual(got, aContainer(want));
    });
  }

  it("gives a host port to every port of a Pod on the host's network", () => {
    const spec = defaulted({ hostNetwork: true, containers: [aContainer({ ports: [{ containerPort: 80 }] })] });
    assert.deepEqual(spec.containers[0]?.ports, [{ containerPort: 80, hostPort: 80, protocol: "TCP" }]);
  });

  it("completes volumes by their kind", () => {
    const volumes = [
      { name: "none" },
      { name: "secret", secret: { secretName: "s" } },
      { name: "token", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } },
      { name: "host", hostPath: { path: "/x" } },
    ];
    assert.deepEqual(defaulted({ containers: [], volumes }).volumes, [
      { name: "none", emptyDir: {} },
      { name: "secret", secret: { secretName: "s", defaultMode: 420 } },
      {
        name: "token",
        projected: { sources: [{ serviceAccountToken: { path: "t", expirationSeconds: 3600 } }], defaultMode: 420 },
      },
      { name: "host", hostPath: { path: "/x", type: "" } },
    ]);
  });
});

describe("podRules.validate()", () => {
  const table: readonly { when: string; spec: Partial<PodSpec>; want: readonly string[] }[] = [
    { when: "a plain Pod", spec: {}, want: [] },
    {
      when: "a sidecar with a probe",
      spec: {
        initContainers: [
          aContainer({
            name: "side",
            restartPolicy: "Always",
            livenessProbe: { exec: { command: ["true"] }, successThreshold: 1 },
          }),
        ],
      },
      want: [],
    },
    {
      when: "an init container with a probe",
      spec: {
        initContainers: [
          aContainer({ name: "init", readinessProbe: { exec: { command: ["true"] }, successThreshold: 1 } }),
        ],
      },
      want: [
        "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
      ],
    },
    {
      when: "a volume of two kinds",
      spec: { volumes: [{ name: "v", emptyDir: {}, hostPath: { path: "/x", type: "" } }] },
      want: ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
    },
    {
      when: "a probe with two handlers and one with none",
      spec: {
        containers: [
          aContainer({
            livenessProbe: { exec: { command: ["a"] }, tcpSocket: { port: 1 }, successThreshold: 1 },
            readinessProbe: {},
          }),
        ],
      },
      want: [
        "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
        "spec.containers[0].readinessProbe: Required value: must specify a handler type",
      ],
    },
    {
      when: "the same host port twice",
      spec: {
        containers: [
          aContainer({ ports: [{ containerPort: 1, hostPort: 80, protocol: "TCP" }] }),
          aContainer({ name: "other", ports: [{ containerPort: 2, hostPort: 80, protocol: "TCP" }] }),
        ],
      },
      want: ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
    },
    {
      when: "a variable with a value and a source",
      spec: {
        containers: [
          aContainer({
            env: [{ name: "A", value: "b", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
          }),
        ],
      },
      want: ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    },
    {
      when: "a node and a scheduling gate",
      spec: { nodeName: "n", schedulingGates: [{ name: "example.com/wait" }] },
      want: ["spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared"],
    },
    {
      when: "a toleration of everything that is not Exists",
      spec: { tolerations: [{ operator: "Equal" }] },
      want: [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    },
    {
      when: "more of an extended resource requested than limited",
      spec: {
        containers: [
          aContainer({ resources: { limits: { "example.com/gpu": "1" }, requests: { "example.com/gpu": "2" } } }),
        ],
      },
      want: ['spec.containers[0].resources.requests: Invalid value: "2": must be equal to example.com/gpu limit of 1'],
    },
  ];
  for (const { when, spec, want } of table) {
    it(`says ${want.length === 0 ? "nothing" : "what is wrong"} of ${when}`, () => {
      assert.deepEqual(messages(podRules.validate?.(aPod({}, spec))), want);
    });
  }
});

describe("podRules.validateUpdate()", () => {
  const old = aPod({}, { activeDeadlineSeconds: 60, tolerations: [{ key: "a", operator: "Exists" }] });
  const fixed =
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
  const table: readonly { when: string; spec: Partial<PodSpec>; want: readonly string[] }[] = [
    { when: "nothing", spec: {}, want: [] },
    { when: "an image", spec: { containers: [aContainer({ image: "busybox:2" })] }, want: [] },
    {
      when: "a toleration more",
      spec: { tolerations: [...(old.spec.tolerations ?? []), { key: "b", operator: "Exists" }] },
      want: [],
    },
    { when: "a shorter deadline", spec: { activeDeadlineSeconds: 30 }, want: [] },
    {
      when: "a longer deadline",
      spec: { activeDeadlineSeconds: 90 },
      want: ["spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value"],
    },
    {
      when: "a toleration less",
      spec: { tolerations: [] },
      want: ["spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"],
    },
    { when: "the node", spec: { nodeName: "n" }, want: [fixed] },
    { when: "a command", spec: { containers: [aContainer({ command: ["x"] })] }, want: [fixed] },
    {
      when: "the number of containers",
      spec: { containers: [aContainer(), aContainer({ name: "b" })] },
      want: ["spec.containers: Forbidden: pod updates may not add or remove containers"],
    },
    {
      when: "a zero a client leaves out",
      spec: { hostNetwork: false, containers: [aContainer({ stdin: false, env: [] })] },
      want: [],
    },
  ];
  for (const { when, spec, want } of table) {
    it(`${want.length === 0 ? "accepts" : "refuses"} a change of ${when}`, () => {
      const errors = podRules.validateUpdate?.(aPod({}, { ...old.spec, ...spec }), old);
      assert.deepEqual(
        messages(errors).map((text) => text.split("\n")[0]),
        want,
      );
    });
  }
});

describe("podRules.validateStatusUpdate()", () => {
  const ended = { terminated: { exitCode: 0 } };
  const status = (state: object): Partial<PodStatus> => ({
    phase: "Running",
    containerStatuses: [{ name: "main", ready: false, restartCount: 0, image: "x", imageID: "", state }],
  });
  it("refuses to bring a container back that has ended for good", () => {
    const old = aPod({}, { restartPolicy: "Never" }, status(ended));
    const next = aPod({}, { restartPolicy: "Never" }, status({ running: {} }));
    assert.deepEqual(messages(podRules.validateStatusUpdate?.(next, old)), [
      "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
    ]);
  });
  it("lets a container run again that is restarted always", () => {
    assert.deepEqual(
      podRules.validateStatusUpdate?.(aPod({}, {}, status({ running: {} })), aPod({}, {}, status(ended))),
      [],
    );
  });
});

describe("podRules.prepareFor…()", () => {
  it("starts a Pod as Pending, with its class, at generation 1", () => {
    const pod = structuredClone(aPod({}, {}, { phase: "Running" })) as Mutable<Pod>;
    podRules.prepareForCreate?.(pod);
    assert.deepEqual(pod.status, { phase: "Pending", qosClass: "BestEffort" });
    assert.equal(pod.metadata.generation, 1);
  });
  it("says why a gated Pod waits", () => {
    const pod = structuredClone(aPod({}, { schedulingGates: [{ name: "a/b" }] })) as Mutable<Pod>;
    podRules.prepareForCreate?.(pod);
    assert.equal(pod.status?.conditions?.[0]?.reason, "SchedulingGated");
  });
  it("keeps the status on an update, and counts a change of the spec", () => {
    const old = aPod({ generation: 4 }, {}, { phase: "Running" });
    const next = structuredClone(aPod({}, { containers: [aContainer({ image: "b:2" })] })) as Mutable<Pod>;
    podRules.prepareForUpdate?.(next, old);
    assert.equal(next.status?.phase, "Running");
    assert.equal(next.metadata.generation, 5);
  });
  it("keeps the spec on an update of the status", () => {
    const old = aPod({ generation: 4 });
    const next = structuredClone(aPod({}, { nodeName: "x" }, { phase: "Running" })) as Mutable<Pod>;
    podRules.prepareForStatusUpdate?.(next, old);
    assert.deepEqual(next.spec, old.spec);
    assert.equal(next.status?.phase, "Running");
    assert.equal(next.metadata.generation, 4);
  });
});
