import assert from "node:assert/strict";
import { before, describe, it, type TestContext } from "node:test";
import { StatusError } from "@skiff/api";
import type { PodSpec } from "@skiff/api/core/v1";
import { deployments, namespaces, pods, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer } from "../../testing/start-test-api-server.ts";
import { detailsOf, violations } from "./checks.ts";
import type { Level } from "./policy.ts";

type Body = Record<string, unknown>;

const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const latest = Number.POSITIVE_INFINITY;

/** What keeps a Pod with these fields from meeting the standard, as users read it. */
function details(level: Level, spec: Body, minor = latest, annotations: Record<string, string> = {}): string {
  const containers = [{ name: "c", image: "i", securityContext: hardened }];
  return detailsOf(violations({ level, minor }, { annotations, spec: { containers, ...spec } as unknown as PodSpec }));
}

const one = (securityContext: Body, more: Body = {}): Body => ({
  containers: [{ name: "c", securityContext, ...more }],
});

describe("violations() of the baseline level", () => {
  const cases: { when: string; spec: Body; minor?: number; annotations?: Record<string, string>; want: string }[] = [
    { when: "nothing is set", spec: one({}), want: "" },
    {
      when: "a container is privileged",
      spec: one({ privileged: true }),
      want: 'privileged (container "c" must not set securityContext.privileged=true)',
    },
    {
      when: "the node's namespaces are shared",
      spec: { hostPID: true, hostNetwork: true },
      want: "host namespaces (hostNetwork=true, hostPID=true)",
    },
    {
      when: "capabilities are added",
      spec: one({ capabilities: { add: ["SYS_TIME", "NET_ADMIN", "CHOWN"] } }),
      want: 'non-default capabilities (container "c" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
    },
    {
      when: "directories of the node are mounted",
      spec: {
        volumes: [
          { name: "a", hostPath: { path: "/" } },
          { name: "b", hostPath: { path: "/" } },
        ],
      },
      want: 'hostPath volumes (volumes "a", "b")',
    },
    {
      when: "ports of the node are used",
      spec: one({}, { ports: [{ hostPort: 80 }, { hostPort: 443 }] }),
      want: 'hostPort (container "c" uses hostPorts 443, 80)',
    },
    {
      when: "a probe goes elsewhere",
      spec: one({}, { livenessProbe: { httpGet: { host: "10.0.0.1", port: 80 } } }),
      want: 'probe or lifecycle host (container "c" uses probe or lifecycle host "10.0.0.1")',
    },
    {
      when: "a probe goes elsewhere, before 1.34",
      spec: one({}, { livenessProbe: { httpGet: { host: "10.0.0.1", port: 80 } } }),
      minor: 33,
      want: "",
    },
    {
      when: "/proc is unmasked",
      spec: one({ procMount: "Unmasked" }),
      want: 'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    },
    {
      when: "/proc is unmasked for users of its own",
      spec: { ...one({ procMount: "Unmasked" }), hostUsers: false },
      want: "",
    },
    {
      when: "SELinux options are set",
      spec: { securityContext: { seLinuxOptions: { type: "spc_t", user: "u" } } },
      want: 'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
    },
    {
      when: "AppArmor is off",
      spec: one({ appArmorProfile: { type: "Unconfined" } }),
      want: 'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
    },
    {
      when: "seccomp is off",
      spec: {
        ...one({ seccompProfile: { type: "Unconfined" } }),
        securityContext: { seccompProfile: { type: "Unconfined" } },
      },
      want: 'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    },
    {
      when: "seccomp is off by annotation, before 1.19",
      spec: {},
      minor: 18,
      annotations: { "seccomp.security.alpha.kubernetes.io/pod": "unconfined" },
      want: 'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    },
    {
      when: "an unsafe sysctl is set",
      spec: { securityContext: { sysctls: [{ name: "kernel.msgmax" }, { name: "net.ipv4.tcp_rmem" }] } },
      want: "forbidden sysctls (kernel.msgmax)",
    },
    {
      when: "a sysctl is set that was not safe then",
      spec: { securityContext: { sysctls: [{ name: "net.ipv4.tcp_rmem" }] } },
      minor: 31,
      want: "forbidden sysctls (net.ipv4.tcp_rmem)",
    },
  ];
  for (const { when, spec, minor, annotations, want } of cases) {
    it(`are ${want === "" ? "none" : "named"} when ${when}`, () => {
      assert.equal(details("baseline", spec, minor, annotations), want);
    });
  }
});

describe("violations() of the restricted level", () => {
  const good = { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } };
  const cases: { when: string; spec: Body; minor?: number; want: string }[] = [
    { when: "everything is stated", spec: good, want: "" },
    {
      when: "nothing is stated",
      spec: { containers: [{ name: "a" }, { name: "b" }] },
      want: 'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    },
    {
      when: "it breaks the baseline too",
      spec: { ...good, hostNetwork: true, volumes: [{ name: "v", hostPath: { path: "/" } }] },
      want: 'host namespaces (hostNetwork=true), restricted volume types (volume "v" uses restricted volume type "hostPath")',
    },
    {
      when: "it runs as root",
      spec: { ...good, ...one({ ...hardened, runAsUser: 0 }) },
      want: 'runAsUser=0 (container "c" must not set runAsUser=0)',
    },
    {
      when: "root has users of its own",
      spec: { ...good, hostUsers: false, ...one({ ...hardened, runAsUser: 0 }) },
      want: "",
    },
    {
      when: "it is for Windows",
      spec: { os: { name: "windows" }, containers: [{ name: "c" }], securityContext: { runAsNonRoot: true } },
      want: "",
    },
    {
      when: "capabilities are added",
      spec: { ...good, ...one({ ...hardened, capabilities: { add: ["CHOWN", "NET_BIND_SERVICE"] } }) },
      want: 'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]; container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    },
    {
      when: "capabilities are kept, before 1.22",
      spec: { ...good, ...one({ allowPrivilegeEscalation: false }) },
      minor: 21,
      want: "",
    },
  ];
  for (const { when, spec, minor, want } of cases) {
    it(`are ${want === "" ? "none" : "named"} when ${when}`, () =>
      assert.equal(details("restricted", spec, minor), want));
  }
});

let call: (
  verb: "create" | "patch",
  resource: typeof pods | typeof namespaces | typeof deployments,
  namespace: string,
  body: Body,
  name?: string,
) => Promise<{ warnings: readonly string[] }>;
before(async (file) => {
  const { api, url, ca, admin } = await startTestApiServer(file as TestContext);
  const local = api.localTransport({ name: "admin", groups: ["system:masters"] });
  await local.call({
    verb: "create",
    resource: serviceAccounts,
    namespace: "default",
    body: { metadata: { name: "default" } },
  });
  const { post } = httpClient(url, ca, admin);
  call = (verb, resource, namespace, body, name = "") => post(verb, resource, namespace, body, name);
});

describe("PodSecurity", () => {
  const PREFIX = "pod-security.kubernetes.io/";
  async function newNamespace(name: string, labels: Record<string, string>) {
    const prefixed = Object.fromEntries(Object.entries(labels).map(([key, value]) => [PREFIX + key, value]));
    await call("create", namespaces, "", { metadata: { name, labels: prefixed } });
    await call("create", serviceAccounts as unknown as typeof pods, name, { metadata: { name: "default" } });
  }
  const plain = { containers: [{ name: "c", image: "i" }] };
  const NEEDS =
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';

  it("refuses a Pod under `enforce`, and warns of the workload that would make it", async () => {
    await newNamespace("enforced", { enforce: "restricted" });
    await assert.rejects(
      call("create", pods, "enforced", { metadata: { name: "p" }, spec: plain }),
      (error: StatusError) => {
        assert.equal(error.message, `pods "p" is forbidden: violates PodSecurity "restricted:latest": ${NEEDS}`);
        return error.code === 403;
      },
    );
    const template = { metadata: { labels: { app: "a" } }, spec: plain };
    const spec = { selector: { matchLabels: { app: "a" } }, template };
    const { warnings } = await call("create", deployments, "enforced", { metadata: { name: "d" }, spec });
    assert.deepEqual(warnings, [`would violate PodSecurity "restricted:latest": ${NEEDS}`]);
  });

  it("lets a Pod pass under `warn`, saying what is wrong", async () => {
    await newNamespace("warned", { warn: "baseline", "warn-version": "v1.30" });
    const { warnings } = await call("create", pods, "warned", {
      metadata: { name: "p" },
      spec: { ...plain, hostNetwork: true },
    });
    assert.deepEqual(warnings, ['would violate PodSecurity "baseline:v1.30": host namespaces (hostNetwork=true)']);
  });

  it("names the Pods that a stricter level would not have let in", async () => {
    await newNamespace("tightened", {});
    for (const name of ["a", "b", "c"]) {
      const spec = { ...plain, ...(name !== "c" && { hostNetwork: true }) };
      await call("create", pods, "tightened", { metadata: { name }, spec });
    }
    const body = { metadata: { labels: { [`${PREFIX}enforce`]: "baseline" } } };
    const { warnings } = await call("patch", namespaces, "", body, "tightened");
    assert.deepEqual(warnings, [
      'existing pods in namespace "tightened" violate the new PodSecurity enforce level "baseline:latest"',
      "a (and 1 other pod): host namespaces",
    ]);
  });

  it("refuses labels that make no sense", async () => {
    await assert.rejects(newNamespace("odd", { enforce: "strict", "warn-version": "v2" }), (error: StatusError) => {
      assert.equal(error.code, 422);
      assert.match(
        error.message,
        /metadata.labels\[pod-security.kubernetes.io\/enforce\]: Invalid value: "strict": must be one of privileged, baseline, restricted/,
      );
      assert.match(
        error.message,
        /metadata.labels\[pod-security.kubernetes.io\/warn-version\]: Invalid value: "v2": must be "latest" or "v1.x"/,
      );
      return true;
    });
  });
});

function httpClient(url: string, ca: string, { cert, key }: { cert: string; key: string }) {
  const { request } = process.getBuiltinModule("node:https");
  return {
    post: (
      verb: "create" | "patch",
      resource: { group: string; version: string; plural: string },
      namespace: string,
      body: Body,
      name: string,
    ) =>
      new Promise<{ warnings: readonly string[] }>((resolve, reject) => {
        const root = resource.group === "" ? "/api/v1" : `/apis/${resource.group}/${resource.version}`;
        const path = [
          root,
          ...(namespace ? ["namespaces", namespace] : []),
          resource.plural,
          ...(name ? [name] : []),
        ].join("/");
        const type = verb === "create" ? "application/json" : "application/merge-patch+json";
        const outgoing = request(
          url + path,
          {
            ca,
            cert,
            key,
            method: verb === "create" ? "POST" : "PATCH",
            headers: { "content-type": type },
            agent: false,
          },
          async (answer) => {
            const chunks: Buffer[] = [];
            for await (const chunk of answer) chunks.push(chunk as Buffer);
            const object = JSON.parse(Buffer.concat(chunks).toString());
            if (object.kind === "Status") return reject(new StatusError(object));
            const header = answer.rawHeaders.flatMap((value, i, all) =>
              all[i - 1]?.toLowerCase() === "warning" ? [value] : [],
            );
            const texts = header.map((value) => JSON.parse(value.slice(value.indexOf('"'))) as string);
            resolve({ warnings: texts });
          },
        );
        outgoing.once("error", reject);
        outgoing.end(JSON.stringify(body));
      }),
  };
}
