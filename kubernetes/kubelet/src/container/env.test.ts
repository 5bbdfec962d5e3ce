import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Container } from "@skiff/api/core/v1";
import { expand } from "../spec/expand.ts";
import { aContainer, aPod } from "../testing/builders.ts";
import { type ConfigSource, containerEnv } from "./env.ts";
import { serviceEnv } from "./service-env.ts";

const known: Readonly<Record<string, string>> = { A: "1", B: "$(A)" };
const expansions = [
  { text: "x-$(A)", want: "x-1" },
  { text: "$(NONE)", want: "$(NONE)" },
  { text: "$$(A)", want: "$(A)" },
  { text: "$$$(A)", want: "$1" },
  { text: "$(B)", want: "$(A)" },
  { text: "$A $(A", want: "$A $(A" },
];

describe("expand()", () => {
  for (const { text, want } of expansions) {
    it(`makes ${want} of ${text}`, () =>
      assert.equal(
        expand(text, (name) => known[name]),
        want,
      ));
  }
});

const source: ConfigSource = {
  configMap: async (_, name) =>
    name === "cm" ? { metadata: { name }, data: { key: "v", "other.key": "w" } } : undefined,
  secret: async (_, name) => (name === "s" ? { metadata: { name }, data: { key: "c2VjcmV0" } } : undefined),
};

const env = (container: Partial<Container>, services = new Map<string, string>()) => {
  const own = aContainer({ ...container, resources: { limits: { memory: "64Mi", cpu: "250m" } } });
  const pod = aPod(
    { containers: [own] },
    { metadata: { name: "web", namespace: "default", uid: "u", labels: { app: "x" } } },
  );
  const facts = { pod, nodeName: "node-a", hostIPs: ["192.0.2.1"], podIPs: ["10.0.0.1"], allocatable: { cpu: "2" } };
  return containerEnv(own, facts, source, services).then((map) => Object.fromEntries(map));
};
const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

describe("containerEnv()", () => {
  it("takes whole objects with a prefix, then variables that may refer to what was before", async () => {
    const result = await env(
      {
        envFrom: [{ prefix: "P_", configMapRef: { name: "cm" } }, { secretRef: { name: "none", optional: true } }],
        env: [
          { name: "S", valueFrom: { secretKeyRef: { name: "s", key: "key" } } },
          { name: "URL", value: "http://$(HOST)/$(S)/$(P_key)" },
        ],
      },
      new Map([["HOST", "10.96.0.1"]]),
    );
    const want = { P_key: "v", "P_other.key": "w", S: "secret", URL: "http://10.96.0.1/secret/v", HOST: "10.96.0.1" };
    assert.deepEqual(result, want);
  });

  it("knows the Pod's fields and resources", async () => {
    const resource = (name: string, of: string, divisor?: string) => ({
      name,
      valueFrom: { resourceFieldRef: { resource: of, ...(divisor ? { divisor } : {}) } },
    });
    const result = await env({
      env: [
        field("IP", "status.podIP"),
        field("APP", "metadata.labels['app']"),
        resource("MEM", "limits.memory", "1Mi"),
        resource("CPU", "limits.cpu"),
        resource("MILLI", "requests.cpu", "1m"),
      ],
    });
    assert.deepEqual(result, { IP: "10.0.0.1", APP: "x", MEM: "64", CPU: "1", MILLI: "250" });
  });

  const broken = [
    { when: "a ConfigMap", from: { configMapKeyRef: { name: "no", key: "k" } }, want: 'configmap "no" not found' },
    {
      when: "a key",
      from: { configMapKeyRef: { name: "cm", key: "k" } },
      want: "couldn't find key k in ConfigMap default/cm",
    },
    { when: "a Secret", from: { secretKeyRef: { name: "no", key: "k" } }, want: 'secret "no" not found' },
    {
      when: "a Secret's key",
      from: { secretKeyRef: { name: "s", key: "k" } },
      want: "couldn't find key k in Secret default/s",
    },
  ];
  for (const { when, from, want } of broken) {
    it(`says that ${when} is missing`, async () => {
      const failing = env({ env: [{ name: "X", valueFrom: from }] });
      await assert.rejects(failing, { reason: "CreateContainerConfigError", message: want });
    });
  }
});

describe("serviceEnv()", () => {
  it("tells of a Service in both ways, and of headless ones nothing", () => {
    const spec = { clusterIP: "10.96.0.7", ports: [{ name: "http", port: 80, protocol: "TCP" as const }] };
    const service = { metadata: { name: "my-web" }, spec };
    const headless = { metadata: { name: "db" }, spec: { ...spec, clusterIP: "None" } };
    assert.deepEqual(Object.fromEntries(serviceEnv([service, headless])), {
      MY_WEB_SERVICE_HOST: "10.96.0.7",
      MY_WEB_SERVICE_PORT: "80",
      MY_WEB_SERVICE_PORT_HTTP: "80",
      MY_WEB_PORT: "tcp://10.96.0.7:80",
      MY_WEB_PORT_80_TCP: "tcp://10.96.0.7:80",
      MY_WEB_PORT_80_TCP_PROTO: "tcp",
      MY_WEB_PORT_80_TCP_PORT: "80",
      MY_WEB_PORT_80_TCP_ADDR: "10.96.0.7",
    });
  });
});
