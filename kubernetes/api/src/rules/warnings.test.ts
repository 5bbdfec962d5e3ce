/** What the server says of objects it accepts, in upstream's words. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeObject } from "../decode/decode-object.ts";
import { findKind } from "../resources.ts";
import { applyDefaults, warningsOf } from "../validation.ts";

interface Case {
  readonly when: string;
  readonly kind: readonly [group: string, version: string, kind: string];
  readonly name?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly rest: object;
  readonly want: readonly string[];
}

const pod = ["", "v1", "Pod"] as const;
const service = ["", "v1", "Service"] as const;

function aPod(spec: object, container: object = {}): object {
  return { spec: { containers: [{ name: "c", image: "i", ...container }], ...spec } };
}

const table: readonly Case[] = [
  { when: "a Pod is ordinary", kind: pod, rest: aPod({}), want: [] },
  {
    when: "a variable is set twice",
    kind: pod,
    rest: aPod({}, { env: [{ name: "A" }, { name: "B" }, { name: "A", value: "2" }] }),
    want: ['spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply'],
  },
  {
    when: "a variable is built on its former value",
    kind: pod,
    rest: aPod(
      {},
      {
        env: [
          { name: "A", value: "1" },
          { name: "A", value: "$(A)2" },
        ],
      },
    ),
    want: [],
  },
  {
    when: "a Pod's name is no hostname",
    kind: pod,
    name: "a.b",
    rest: aPod({}),
    want: [
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ],
  },
  {
    when: "two containers have one port",
    kind: pod,
    rest: aPod(
      { initContainers: [{ name: "i", image: "i", ports: [{ containerPort: 80 }] }] },
      { ports: [{ containerPort: 80 }] },
    ),
    want: ["spec.containers[0].ports[0]: duplicate port definition with spec.initContainers[0].ports[0]"],
  },
  {
    when: "memory is asked for in parts of bytes",
    kind: pod,
    rest: aPod({}, { resources: { limits: { memory: "100m" }, requests: { memory: "100m" } } }),
    want: [
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    ],
  },
  {
    when: "a label of Nodes is old",
    kind: pod,
    rest: aPod({ nodeSelector: { "beta.kubernetes.io/os": "linux" } }),
    want: ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
  },
  {
    when: "a template has an old annotation",
    kind: ["apps", "v1", "Deployment"],
    rest: {
      spec: {
        selector: { matchLabels: { a: "b" } },
        template: {
          metadata: {
            labels: { a: "b" },
            annotations: { "container.apparmor.security.beta.kubernetes.io/c": "runtime/default" },
          },
          ...aPod({}),
        },
      },
    },
    want: [
      'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead',
    ],
  },
  {
    when: "a headless Service has what it ignores",
    kind: service,
    rest: { spec: { type: "ClusterIP", clusterIP: "None", sessionAffinity: "ClientIP", loadBalancerIP: "192.0.2.1" } },
    want: [
      "spec.loadBalancerIP is ignored for headless services",
      "spec.SessionAffinity is ignored for headless services",
    ],
  },
  {
    when: "an address is written in an unusual form",
    kind: service,
    rest: { spec: { clusterIP: "2001:DB8:0::1", clusterIPs: ["2001:DB8:0::1"] } },
    want: ['spec.clusterIPs[0]: IPv6 address "2001:DB8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")'],
  },
  {
    when: "an Ingress has its class in an annotation",
    kind: ["networking.k8s.io", "v1", "Ingress"],
    annotations: { "kubernetes.io/ingress.class": "nginx" },
    rest: { spec: { defaultBackend: { service: { name: "a", port: { number: 80 } } } } },
    want: [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`],
  },
  {
    when: "a network has bits beyond its length",
    kind: ["networking.k8s.io", "v1", "NetworkPolicy"],
    rest: { spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.1.2.3/8" } }] }] } },
    want: [
      'spec.ingress[0].from[0].ipBlock.cidr: CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8"?)',
    ],
  },
];

describe("warnings", () => {
  for (const { when, kind, name = "a", annotations, rest, want } of table) {
    it(`are ${want.length === 0 ? "not given" : "given"} when ${when}`, () => {
      const info = findKind(...kind);
      assert.ok(info);
      const { object } = decodeObject({ metadata: { name, annotations }, ...rest }, info.typeName, "Strict");
      applyDefaults(info.typeName, object);
      assert.deepEqual(warningsOf(info.typeName, object, undefined), want);
    });
  }
});
