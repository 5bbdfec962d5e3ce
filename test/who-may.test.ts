/** Who is let in, who may do what, and what is recorded, as kubectl 1.35 and an operator's configuration files see it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";

let cluster: Cluster;
const file = (name: string) => join(cluster.data, name);

const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [system:apiserver, system:kube-controller-manager, system:kube-scheduler]
- level: Request
  omitManagedFields: true
  resources: [{group: "", resources: [configmaps]}]
- level: Metadata
`;

before(async () => {
  cluster = await startCluster("t-who-may");
  assert.equal((await cluster.skiff("down")).code, 0);
  writeFileSync(file("tokens.csv"), 'token-of-ada,ada,1,"dev"\n', { mode: 0o600 });
  writeFileSync(file("policy.yaml"), POLICY);
  const options = {
    "token-auth-file": file("tokens.csv"),
    "audit-policy-file": file("policy.yaml"),
    "audit-log-path": file("audit.log"),
  };
  writeFileSync(file("server.yaml"), JSON.stringify(options));
  const up = await cluster.skiff("up");
  assert.equal(up.code, 0, up.stderr);
});

after(() => cluster[Symbol.asyncDispose]());

/** kubectl with other credentials than the administrator's. */
function withCredentials(credentials: string, args: string) {
  const address = /"?server"?: "?(https:[^"\s]+)/.exec(readFileSync(cluster.kubeconfig, "utf8"))?.[1] ?? "";
  const server = `--kubeconfig=/dev/null --server=${address} --certificate-authority=${file("pki/ca.crt")}`;
  return cluster.kubectl(`${server} ${credentials} ${args}`);
}

const withToken = (token: string, args: string) => withCredentials(`--token=${token}`, args);

describe("kubectl auth", () => {
  it("whoami names users, their groups and the credential", async () => {
    assert.match(
      await cluster.ok("auth whoami"),
      /Username\s+kubernetes-admin\nGroups\s+\[system:masters system:authenticated\]/,
    );
    const as = "--as ada --as-group dev --as-uid 7 --as-user-extra example.org/team=blue";
    const text = await cluster.ok(`${as} auth whoami`);
    assert.match(
      text,
      /Username\s+ada\nUID\s+7\nGroups\s+\[dev system:authenticated\]\nExtra: example.org\/team\s+\[blue\]/,
    );
  });

  it("reconcile makes roles, can-i and --list tell what they give", async () => {
    const roles = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: team}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-team: "true"}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: team-pods, labels: {to-team: "true"}}
rules: [{apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: team, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: team}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: dev}]
`;
    const made = await cluster.ok("auth reconcile -f -", { input: roles });
    assert.match(made, /clusterrole.rbac.authorization.k8s.io\/team reconciled/);
    const as = "--as ada --as-group dev";
    await eventually(async () => assert.equal((await cluster.ok(`${as} auth can-i list pods`)).trim(), "yes"));
    assert.equal((await cluster.kubectl(`${as} auth can-i delete pods`)).stdout.trim(), "no");
    assert.match(await cluster.ok(`${as} auth can-i --list`), /pods\/log\s+\[\]\s+\[\]\s+\[get list\]/);
    const refused = await cluster.kubectl(`${as} get secrets`);
    const why =
      'secrets is forbidden: User "ada" cannot list resource "secrets" in API group "" in the namespace "default"';
    assert.equal(refused.stderr.trim(), `Error from server (Forbidden): ${why}`);
    const grab = await cluster.kubectl(`${as} create clusterrolebinding mine --clusterrole=cluster-admin --user=ada`);
    assert.match(grab.stderr, /User "ada" cannot create resource "clusterrolebindings"/);
  });
});

describe("bearer tokens", () => {
  it("of the token file and of service accounts make their users", async () => {
    assert.match((await withToken("token-of-ada", "auth whoami")).stdout, /Username\s+ada\n/);
    assert.match((await withToken("token-of-bob", "get pods")).stderr, /Unauthorized/);
    await cluster.ok("create serviceaccount app");
    const token = (await cluster.ok("create token app --duration=10m")).trim();
    assert.match((await withToken(token, "auth whoami")).stdout, /Username\s+system:serviceaccount:default:app\n/);
    const short = await cluster.kubectl("create token app --duration=1m");
    assert.match(
      short.stderr,
      /spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes/,
    );
    await cluster.ok("delete serviceaccount app");
    assert.match((await withToken(token, "get pods")).stderr, /Unauthorized/);
  });

  it("are put into Secrets that ask for one", async () => {
    await cluster.ok("create serviceaccount old");
    const annotations = { "kubernetes.io/service-account.name": "old" };
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "old", annotations },
      type: "kubernetes.io/service-account-token",
    };
    await cluster.apply(JSON.stringify(secret));
    const encoded = await eventually(async () => {
      const text = await cluster.ok("get secret old -o jsonpath={.data.token}");
      assert.notEqual(text, "");
      return text;
    });
    const token = Buffer.from(encoded, "base64").toString();
    assert.match((await withToken(token, "auth whoami")).stdout, /Username\s+system:serviceaccount:default:old\n/);
  });
});

describe("certificate requests", () => {
  it("are approved with kubectl, signed, and make their user", async () => {
    const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] });
    openssl(
      "req",
      "-new",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      file("eve.key"),
      "-out",
      file("eve.csr"),
      "-subj",
      "/O=dev/CN=eve",
    );
    const spec = {
      request: readFileSync(file("eve.csr")).toString("base64"),
      signerName: "kubernetes.io/kube-apiserver-client",
      expirationSeconds: 3600,
      usages: ["client auth"],
    };
    const request = {
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name: "eve" },
      spec,
    };
    await cluster.apply(JSON.stringify(request));
    assert.match(await cluster.ok("get csr eve"), /kubernetes-admin\s+60m\s+Pending/);
    await cluster.ok("certificate approve eve");
    await eventually(async () => assert.match(await cluster.ok("get csr eve"), /Approved,Issued/));
    const certificate = Buffer.from(await cluster.ok("get csr eve -o jsonpath={.status.certificate}"), "base64");
    writeFileSync(file("eve.crt"), certificate);
    const eve = `--client-certificate=${file("eve.crt")} --client-key=${file("eve.key")}`;
    const { stdout } = await withCredentials(eve, "auth whoami");
    assert.match(stdout, /Username\s+eve\nGroups\s+\[dev system:authenticated\]/);
  });
});

describe("the audit log", () => {
  it("tells who asked for what, bodies only where the policy says", async () => {
    await cluster.kubectl("--as ada create configmap seen --from-literal=k=v");
    await cluster.ok("create configmap seen --from-literal=k=v");
    await cluster.ok("create secret generic hidden --from-literal=k=hush-hush");
    const events = await eventually(async () => {
      const lines = readFileSync(file("audit.log"), "utf8").trim().split("\n");
      const all = lines.map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
      assert.equal(
        all.some(({ objectRef }) => objectRef?.resource === "secrets"),
        true,
      );
      return all;
    });
    const made = events.find(
      ({ objectRef, user }) =>
        objectRef?.resource === "configmaps" &&
        user?.username === "kubernetes-admin" &&
        !("impersonatedUser" in objectRef),
    );
    assert.equal(made?.level, "Request");
    const acted = events.find(({ impersonatedUser }) => impersonatedUser?.username === "ada");
    assert.equal(acted?.user?.username, "kubernetes-admin");
    assert.doesNotMatch(readFileSync(file("audit.log"), "utf8"), /hush-hush|aHVzaC1odXNo|token-of-ada/);
  });
});
