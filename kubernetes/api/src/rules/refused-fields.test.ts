/** What kinds without recorded answers refuse: one object of each that is well formed, and what spoils it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeObject } from "../decode/decode-object.ts";
import { findKind } from "../resources.ts";
import { applyDefaults, validateCreate, validateUpdate } from "../validation.ts";
import { fieldErrorMessage } from "./field-error.ts";

type Spoil = readonly [path: string, value: unknown, want: readonly string[]];

interface Kind {
  readonly kind: readonly [group: string, version: string, kind: string];
  readonly name?: string;
  readonly object: object;
  readonly refused: readonly Spoil[];
  readonly frozen?: readonly Spoil[];
}

const rule = { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] };

const kinds: readonly Kind[] = [
  {
    kind: ["apiregistration.k8s.io", "v1", "APIService"],
    name: "v1.a.example.org",
    object: {
      spec: {
        group: "a.example.org",
        version: "v1",
        groupPriorityMinimum: 10,
        versionPriority: 10,
        service: { namespace: "a", name: "b" },
      },
    },
    refused: [
      [
        "spec.version",
        "v2",
        ['metadata.name: Invalid value: "v1.a.example.org": must be `spec.version+"."+spec.group`: "v2.a.example.org"'],
      ],
      [
        "spec.groupPriorityMinimum",
        0,
        ["spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000"],
      ],
      ["spec.service.name", "", ["spec.service.name: Required value"]],
      [
        "spec.service.port",
        99999,
        ["spec.service.port: Invalid value: 99999: port is not valid: must be between 1 and 65535, inclusive"],
      ],
    ],
  },
  {
    kind: ["flowcontrol.apiserver.k8s.io", "v1", "FlowSchema"],
    object: {
      spec: {
        priorityLevelConfiguration: { name: "low" },
        rules: [
          {
            subjects: [{ kind: "User", user: { name: "ann" } }],
            nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }],
          },
        ],
      },
    },
    refused: [
      [
        "spec.matchingPrecedence",
        1,
        ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
      ],
      [
        "spec.rules.0.subjects.0.group",
        { name: "g" },
        ["spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'"],
      ],
      [
        "spec.rules.0.nonResourceRules.0.nonResourceURLs",
        ["/a*"],
        [
          'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching',
        ],
      ],
      ["metadata.name", "exempt", ["spec: Invalid value"]],
    ],
  },
  {
    kind: ["flowcontrol.apiserver.k8s.io", "v1", "PriorityLevelConfiguration"],
    object: { spec: { type: "Limited", limited: { limitResponse: { type: "Queue", queuing: {} } } } },
    refused: [
      [
        "spec.type",
        "Exempt",
        [
          "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'",
          "spec.limited: Forbidden: must be nil if the type is not Limited",
        ],
      ],
      [
        "spec.limited.limitResponse.queuing.handSize",
        65,
        ["spec.limited.limitResponse.queuing.handSize: Invalid value: 65: should not be greater than queues (64)"],
      ],
      [
        "spec.limited.lendablePercent",
        101,
        ["spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive"],
      ],
    ],
  },
  {
    kind: ["networking.k8s.io", "v1", "IPAddress"],
    name: "10.0.0.1",
    object: { spec: { parentRef: { resource: "services", namespace: "a", name: "b" } } },
    refused: [
      ["metadata.name", "::0:1", ['metadata.name: Invalid value: "::0:1": must be in canonical form ("::1")']],
      ["spec", {}, ["spec.parentRef: Required value"]],
    ],
    frozen: [["spec.parentRef.name", "c", ["spec.parentRef: Invalid value"]]],
  },
  {
    kind: ["networking.k8s.io", "v1", "ServiceCIDR"],
    object: { spec: { cidrs: ["10.0.0.0/16"] } },
    refused: [
      [
        "spec.cidrs",
        ["10.0.0.1/16"],
        ['spec.cidrs[0]: Invalid value: "10.0.0.1/16": must be in canonical form ("10.0.0.0/16")'],
      ],
      [
        "spec.cidrs",
        ["10.0.0.0/16", "10.1.0.0/16"],
        [
          'spec.cidrs: Invalid value: ["10.0.0.0/16","10.1.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
        ],
      ],
    ],
    frozen: [
      ["spec.cidrs", ["10.2.0.0/16"], ['spec.cidrs[0]: Invalid value: "10.2.0.0/16": field is immutable']],
      ["spec.cidrs", ["10.0.0.0/16", "fd00::/112"], []],
    ],
  },
  {
    kind: ["admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy"],
    object: {
      spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: "true" }] },
    },
    refused: [
      ["spec.validations", [], ["spec.validations: Required value", "spec.auditAnnotations: Required value"]],
      [
        "spec.variables",
        [{ name: "in", expression: "1" }],
        ['spec.variables[0].name: Invalid value: "in": name is not a valid CEL identifier'],
      ],
      [
        "spec.paramKind",
        { apiVersion: "a/b/c", kind: "K" },
        ['spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'],
      ],
      ["spec.matchConstraints.resourceRules", [], ["spec.matchConstraints.resourceRules: Required value"]],
    ],
  },
  {
    kind: ["admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy"],
    object: {
      spec: {
        matchConstraints: { resourceRules: [rule] },
        reinvocationPolicy: "Never",
        mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: "[]" } }],
      },
    },
    refused: [
      ["spec.reinvocationPolicy", "", ["spec.reinvocationPolicy: Required value"]],
      [
        "spec.mutations.0.patchType",
        "X",
        ['spec.mutations[0].patchType: Unsupported value: "X": supported values: "ApplyConfiguration", "JSONPatch"'],
      ],
      ["spec.mutations", [], ["spec.mutations: Required value: mutations must contain at least one item"]],
    ],
  },
  {
    kind: ["resource.k8s.io", "v1", "ResourceClaim"],
    object: { spec: { devices: { requests: [{ name: "a", exactly: { deviceClassName: "gpu" } }] } } },
    refused: [
      [
        "spec.devices.requests.0.exactly.count",
        -1,
        ["spec.devices.requests[0].exactly.count: Invalid value: -1: must be greater than zero"],
      ],
      [
        "spec.devices.requests.0.exactly",
        undefined,
        ["spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required"],
      ],
      [
        "spec.devices.constraints",
        [{ requests: ["b"], matchAttribute: "a.example.org/x" }],
        ['spec.devices.constraints[0].requests[0]: Invalid value: "b"'],
      ],
    ],
    frozen: [["spec.devices.requests.0.name", "b", ["spec: Invalid value"]]],
  },
  {
    kind: ["resource.k8s.io", "v1", "ResourceSlice"],
    object: {
      spec: {
        driver: "gpu.example.org",
        nodeName: "n",
        pool: { name: "p", generation: 1, resourceSliceCount: 1 },
        devices: [{ name: "d", attributes: { x: { int: 1 } } }],
      },
    },
    refused: [
      ["spec.allNodes", true, ["spec: Invalid value"]],
      ["spec.devices.0.attributes", { x: { int: 1, bool: true } }, ["spec.devices[0].attributes[x]: Invalid value"]],
      [
        "spec.devices.0.attributes",
        { "a/b/c": { int: 1 } },
        ['spec.devices[0].attributes: Invalid value: "a/b/c": must not contain more than one slash'],
      ],
      [
        "spec.devices.0.attributes",
        { x: { version: "1" } },
        ['spec.devices[0].attributes[x].version: Invalid value: "1"'],
      ],
      [
        "spec.devices",
        Array.from({ length: 129 }, (_, at) => ({ name: `d${at}` })),
        ["spec.devices: Too many: 129: must have at most 128 items"],
      ],
    ],
    frozen: [["spec.driver", "other.example.org", ["spec.driver: Invalid value"]]],
  },
  {
    kind: ["storage.k8s.io", "v1", "VolumeAttachment"],
    object: { spec: { attacher: "a.example.org", nodeName: "n", source: { persistentVolumeName: "v" } } },
    refused: [
      ["spec.attacher", "Not a domain", ['spec.attacher: Invalid value: "Not a domain"']],
      [
        "spec.source",
        {},
        ["spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"],
      ],
    ],
    frozen: [["spec.nodeName", "m", ["spec: Invalid value"]]],
  },
  {
    kind: ["storage.k8s.io", "v1", "VolumeAttributesClass"],
    object: { driverName: "a.example.org", parameters: { a: "b" } },
    refused: [["parameters", {}, ["parameters: Required value: must contain at least one key/value pair"]]],
    frozen: [["driverName", "b.example.org", ["driverName: Forbidden: updates to driverName are forbidden."]]],
  },
];

function withValue(object: object, path: string, value: unknown): object {
  const copy = structuredClone(object) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let target = copy;
  for (const name of names) {
    target[name] ??= {};
    target = target[name] as Record<string, unknown>;
  }
  target[last] = value;
  return copy;
}

for (const { kind, name = "a", object, refused, frozen = [] } of kinds) {
  describe(`a ${kind[2]}`, () => {
    const info = findKind(...kind);
    assert.ok(info);
    const namespace = info.namespaced ? "every" : undefined;
    const base = { metadata: { name, namespace, uid: "u", resourceVersion: "1" }, ...object };
    const decoded = (value: object): object => {
      const one = decodeObject(value, info.typeName, "Ignore").object;
      applyDefaults(info.typeName, one);
      return one;
    };
    const check = (got: readonly string[], want: readonly string[]): void => {
      assert.equal(got.length, want.length, got.join("\n"));
      for (const [at, text] of want.entries()) assert.ok(got[at]?.startsWith(text), `${got[at]} starts with ${text}`);
    };
    const texts = (errors: ReturnType<typeof validateCreate>): string[] =>
      errors.map((error) => `${error.field}: ${fieldErrorMessage(error)}`);

    it("is accepted as it should be", () => {
      assert.deepEqual(texts(validateCreate(info.typeName, decoded(base))), []);
    });
    for (const [path, value, want] of refused) {
      it(`is refused with ${path} ${JSON.stringify(value)?.slice(0, 60)}`, () => {
        check(texts(validateCreate(info.typeName, decoded(withValue(base, path, value)))), want);
      });
    }
    for (const [path, value, want] of frozen) {
      it(`${want.length > 0 ? "keeps" : "may change"} ${path}`, () => {
        check(texts(validateUpdate(info.typeName, decoded(withValue(base, path, value)), decoded(base))), want);
      });
    }
  });
}
