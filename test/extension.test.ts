/** A cluster extended by others: webhooks, admission policies and an API server behind an APIService, seen with kubectl. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type ExtensionServer, startExtensionServer } from "@skiff/apiserver/testing/extension-server";
import { ownAddress } from "@skiff/apiserver/testing/own-address";
import { patchOf, startWebhookServer, type WebhookServer } from "@skiff/apiserver/testing/webhook-server";
import { type Cluster, startCluster } from "./support/cluster.ts";

let cluster: Cluster;
let webhook: WebhookServer;
let extension: ExtensionServer;
const ends: (() => unknown)[] = [];

before(async () => {
  cluster = await startCluster("t-extension");
  const t = { after: (end: () => unknown) => void ends.push(end) } as Parameters<typeof startWebhookServer>[0];
  webhook = await startWebhookServer(t, answer, ["hooks.default.svc"]);
  const frontProxyCa = readFileSync(join(cluster.data, "pki/front-proxy-ca.crt"), "utf8");
  extension = await startExtensionServer(t, { serverName: "tea.default.svc", frontProxyCa });
  await cluster.apply(serviceTo("hooks", webhook.port) + serviceTo("tea", extension.port));
});

after(async () => {
  for (const end of ends) await end();
  await cluster[Symbol.asyncDispose]();
});

/** Denies what is called `bad`, marks everything else, and warns. */
function answer({ name, object }: { readonly name?: string; readonly object: object | null }, path: string) {
  if (path.startsWith("/validate")) {
    const status = { message: `${name} is not a good name`, code: 403, reason: "Forbidden" };
    return { response: name === "bad" ? { allowed: false, status } : { allowed: true, warnings: ["looked at"] } };
  }
  const { metadata } = object as { metadata: { labels?: object } };
  const value = { ...metadata.labels, marked: "yes" };
  return { response: patchOf({ op: "add", path: "/metadata/labels", value }) };
}

function serviceTo(name: string, port: number): string {
  return `
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ports: [{ name: https, port: 443 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
endpoints: [{ addresses: ["${ownAddress()}"], conditions: { ready: true } }]
ports: [{ name: https, port: ${port}, protocol: TCP }]
`;
}

function webhookConfiguration(kind: string, path: string): string {
  return `
apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}WebhookConfiguration
metadata: { name: test }
webhooks:
  - name: ${kind.toLowerCase()}.hooks.test
    clientConfig: { service: { namespace: default, name: hooks, path: ${path} }, caBundle: ${webhook.caBundle} }
    rules: [{ operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [configmaps] }]
    sideEffects: None
    admissionReviewVersions: [v1]
`;
}

describe("webhooks", () => {
  it("refuse, warn and change what kubectl writes", async () => {
    await cluster.apply(
      `${webhookConfiguration("Validating", "/validate")}---${webhookConfiguration("Mutating", "/mutate")}`,
    );
    const refused = await cluster.kubectl("create configmap bad");
    const message = 'admission webhook "validating.hooks.test" denied the request: bad is not a good name';
    assert.equal(refused.stderr, `error: failed to create configmap: ${message}\n`);
    const good = await cluster.kubectl("create configmap good --from-literal=a=b");
    assert.deepEqual([good.code, good.stderr], [0, "Warning: looked at\n"]);
    assert.equal(await cluster.ok("get configmap good -o jsonpath={.metadata.labels.marked}"), "yes");
    const dry = await cluster.ok("create configmap other --dry-run=server -o jsonpath={.metadata.labels.marked}");
    assert.equal(dry, "yes");
    assert.equal(webhook.calls.at(-1)?.request.dryRun, true);
  });

  it("that cannot be reached fail the request, and can always be removed", async () => {
    await cluster.ok("delete endpointslice hooks-1");
    const { stderr } = await cluster.kubectl("create configmap third");
    const url = "https://hooks.default.svc:443/mutate?timeout=10s";
    const why = `failed to call webhook: Post "${url}": no endpoints available for service "hooks"`;
    const failed = `failed calling webhook "mutating.hooks.test": ${why}`;
    assert.equal(stderr, `error: failed to create configmap: Internal error occurred: ${failed}\n`);
    await cluster.ok("delete validatingwebhookconfiguration,mutatingwebhookconfiguration test");
    await cluster.ok("create configmap third");
  });
});

describe("admission policies", () => {
  it("refuse, warn and change what kubectl writes", async () => {
    await cluster.apply(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: few-replicas }
spec:
  matchConstraints:
    resourceRules: [{ operations: [CREATE, UPDATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments] }]
  variables: [{ name: replicas, expression: object.spec.replicas }]
  validations: [{ expression: variables.replicas <= 3, messageExpression: "'no more than 3, not ' + string(variables.replicas)" }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: few-replicas }
spec: { policyName: few-replicas, validationActions: [Deny] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: { name: owner }
spec:
  matchConstraints:
    resourceRules: [{ operations: [CREATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments] }]
  reinvocationPolicy: Never
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration:
        expression: "Object{metadata: Object.metadata{annotations: {'owner': request.userInfo.username}}}"
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: { name: owner }
spec: { policyName: owner }
`);
    const refused = await cluster.kubectl("create deployment web --image=busybox --replicas=4");
    const by = "ValidatingAdmissionPolicy 'few-replicas' with binding 'few-replicas' denied request";
    const message = `deployments.apps "web" is forbidden: ${by}: no more than 3, not 4`;
    assert.match(refused.stderr, new RegExp(`${message.replace(/[.()]/g, "\\$&")}\n$`));
    await cluster.ok("create deployment web --image=busybox --replicas=0");
    assert.equal(await cluster.ok("get deployment web -o jsonpath={.metadata.annotations.owner}"), "kubernetes-admin");
    const scaled = await cluster.kubectl("scale deployment web --replicas=1 --dry-run=server");
    assert.equal(scaled.code, 0, scaled.stderr);
    const actions = '{"spec":{"validationActions":["Warn"]}}';
    await cluster.ok(["patch", "validatingadmissionpolicybinding", "few-replicas", "--type=merge", "-p", actions]);
    const patch = ["patch", "deployment", "web", "-p", '{"spec":{"replicas":5}}', "--dry-run=server"];
    const warned = await cluster.kubectl(patch);
    const what = "Validation failed for ValidatingAdmissionPolicy 'few-replicas' with binding 'few-replicas'";
    assert.equal(warned.stderr, `Warning: ${what}: no more than 3, not 5\n`);
  });
});

describe("an API server behind an APIService", () => {
  it("is part of the API for kubectl", async () => {
    await cluster.apply(`
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.tea.test }
spec:
  group: tea.test
  version: v1
  groupPriorityMinimum: 1500
  versionPriority: 10
  service: { namespace: default, name: tea }
  caBundle: ${extension.caBundle}
`);
    await cluster.ok("wait --for=condition=Available apiservice/v1.tea.test --timeout=20s");
    assert.match(
      await cluster.ok("get apiservice v1.tea.test"),
      /^NAME\s+SERVICE\s+AVAILABLE\s+AGE\nv1.tea.test\s+default\/tea\s+True\s/,
    );
    assert.match(await cluster.ok("get apiservice v1.apps"), /v1.apps\s+Local\s+True\s/);
    assert.match(
      await cluster.ok("api-resources --api-group=tea.test"),
      /flavours\s+fl\s+tea.test\/v1\s+true\s+Flavour/,
    );
    assert.match(await cluster.ok("api-versions"), /^tea.test\/v1$/m);
    assert.equal(await cluster.ok("get fl -o name"), "flavour.tea.test/green\nflavour.tea.test/black\n");
    assert.equal(await cluster.ok("get flavours green -o jsonpath={.metadata.name}"), "green");
    const { stderr } = await cluster.kubectl("get flavours none");
    assert.equal(stderr, 'Error from server (NotFound): flavours.tea.test "none" not found\n');
    assert.equal(extension.seen.at(-1)?.headers["x-remote-user"], "kubernetes-admin");
  });

  it("is missed, and only it, while it does not answer", async () => {
    await cluster.ok("delete endpointslice tea-1");
    await cluster.ok("wait --for=condition=Available=false apiservice/v1.tea.test --timeout=20s");
    const row = await cluster.ok("get apiservice v1.tea.test");
    assert.match(row, /v1.tea.test\s+default\/tea\s+False \(EndpointsNotFound\)\s/);
    const { stderr } = await cluster.kubectl("get flavours.v1.tea.test");
    assert.match(
      stderr,
      /Error from server \(ServiceUnavailable\): the server is currently unable to handle the request/,
    );
    await cluster.ok("get pods");
    await cluster.ok("delete apiservice v1.tea.test");
    assert.doesNotMatch(await cluster.ok("api-versions"), /tea.test/);
  });
});
