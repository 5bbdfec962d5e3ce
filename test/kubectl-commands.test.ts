/** Every command of kubectl 1.35 that talks to the server, beyond those of daily work: each does what it does on a real cluster. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { deploymentOf, podOf } from "./support/manifests.ts";

let cluster: Cluster;
let work: string;

/** Writes a manifest for commands that take a file. */
function file(name: string, content: unknown): string {
  const path = join(work, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** What kubectl prints, told apart by nothing but the lines. */
async function lines(args: string): Promise<string[]> {
  return (await cluster.ok(args)).trimEnd().split("\n");
}

/** What kubectl says when it fails. */
async function failure(args: string): Promise<string> {
  const done = await cluster.kubectl(args);
  assert.equal(done.code, 1, `kubectl ${args}\n${done.stdout}`);
  return done.stderr.trim();
}

const aMap = (name: string, data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

before(async () => {
  cluster = await startCluster("t-kubectl-more");
  work = mkdtempSync(join(tmpdir(), "skiff-kubectl-more-"));
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
  await cluster.apply(deploymentOf({ name: "web", replicas: 2, command: "httpd -f -p 8080 -h /etc" }));
  await cluster.apply(podOf({ name: "box", command: "sleep 1000" }));
  await cluster.ok("wait --for=condition=Ready pod/box --timeout=60s");
});

after(async () => {
  rmSync(work, { recursive: true, force: true });
  await cluster[Symbol.asyncDispose]();
});

describe("kubectl, asking about the cluster", () => {
  it("lists versions and resources of the API", async () => {
    const versions = await lines("api-versions");
    for (const version of ["v1", "apps/v1", "batch/v1", "apiextensions.k8s.io/v1", "autoscaling/v2"]) {
      assert.ok(versions.includes(version), `${version} is missing`);
    }
    const bound = await lines("api-resources --verbs=list,create --namespaced=false -o name");
    assert.ok(bound.includes("nodes") && bound.includes("clusterroles.rbac.authorization.k8s.io"));
    assert.ok(!bound.includes("pods"));
  });
  it("dumps what a person looking for a fault wants to see", async () => {
    await cluster.ok(["cluster-info", "dump", `--output-directory=${join(work, "dump")}`, "--namespaces=default"]);
    assert.equal(JSON.parse(await cluster.ok("get pods -o json")).items.length, 3);
  });
  it("says that there are no metrics", async () => {
    assert.equal(await failure("top pod"), "error: Metrics API not available");
    assert.equal(await failure("top node"), "error: Metrics API not available");
  });
  it("answers raw paths", async () => {
    assert.equal(await cluster.ok("get --raw /readyz"), "ok");
    assert.equal(JSON.parse(await cluster.ok("get --raw /apis/apps/v1")).kind, "APIResourceList");
  });
  it("explains every field below a kind, and other versions of it", async () => {
    const text = await cluster.ok("explain deployment --recursive");
    assert.match(text, /GROUP: +apps\nKIND: +Deployment\nVERSION: +v1/);
    assert.match(text, /\n {8}terminationGracePeriodSeconds\t<integer>\n/);
    assert.match(
      await cluster.ok("explain hpa.spec.metrics --api-version=autoscaling/v2"),
      /FIELD: metrics <\[\]MetricSpec>/,
    );
    assert.match(await cluster.ok("explain pods.spec.restartPolicy"), /ENUM:\n +Always\n +Never\n +OnFailure/);
  });
  it("lists in chunks, by fields, and through a subresource", async () => {
    assert.equal((await lines("get pods --chunk-size=1 -o name")).length, 3);
    const running = await lines("get pods --field-selector=status.phase=Running,metadata.name!=box -o name");
    assert.equal(running.length, 2);
    assert.match(
      await cluster.ok("get events --field-selector=involvedObject.kind=Pod,reason=Scheduled"),
      /Successfully assigned/,
    );
    assert.match(await failure("get pods --field-selector=spec.color=red"), /field label not supported: spec.color/);
    assert.match(
      await cluster.ok("get deployment web --subresource=scale"),
      /^NAME +DESIRED +AVAILABLE +AGE\nweb +2 +2 +/,
    );
  });
  it("watches only what changes", async () => {
    const watch = cluster.kubectlStart("get configmap --watch-only -o name");
    // When the watch has begun cannot be seen from outside: things are made until one of them is in it.
    let made = 0;
    const making = setInterval(() => void cluster.kubectl(`create configmap watched-${made++}`), 500);
    try {
      await watch.until(/^configmap\/watched-\d/, 20_000);
      assert.doesNotMatch(watch.stdout(), /kube-root-ca/);
    } finally {
      clearInterval(making);
      await watch.stop();
    }
  });
  it("lists events of one object", async () => {
    assert.match(await cluster.ok("events --for pod/box --types=Normal"), /Scheduled +Pod\/box/);
  });
});

describe("kubectl, making things", () => {
  const made: readonly (readonly [string, string])[] = [
    ["clusterrole seer --verb=get,list --resource=pods,deployments.apps", "clusterrole.rbac.authorization.k8s.io/seer"],
    ["clusterrole sum --aggregation-rule=sum=yes", "clusterrole.rbac.authorization.k8s.io/sum"],
    ["clusterrolebinding seers --clusterrole=seer --user=jane", "clusterrolebinding.rbac.authorization.k8s.io/seers"],
    ["role keeper --verb=get --resource=pods --resource-name=box", "role.rbac.authorization.k8s.io/keeper"],
    [
      "rolebinding keepers --role=keeper --serviceaccount=default:robot",
      "rolebinding.rbac.authorization.k8s.io/keepers",
    ],
    ["serviceaccount robot", "serviceaccount/robot"],
    ["cronjob often --image=busybox:1 --schedule=@daily -- date", "cronjob.batch/often"],
    ["job once --from=cronjob/often", "job.batch/once"],
    ["ingress door --class=front --rule=example.org/a*=web:80,tls=cert", "ingress.networking.k8s.io/door"],
    ["poddisruptionbudget calm --selector=app=web --min-available=1", "poddisruptionbudget.policy/calm"],
    ["priorityclass high --value=1000", "priorityclass.scheduling.k8s.io/high"],
    ["secret generic words --from-literal=a=b", "secret/words"],
    [
      "secret docker-registry pull --docker-server=r.example.org --docker-username=u --docker-password=p",
      "secret/pull",
    ],
    ["service clusterip inside --tcp=80:8080", "service/inside"],
    ["service nodeport outside --tcp=80:8080", "service/outside"],
    ["service loadbalancer balanced --tcp=80:8080", "service/balanced"],
    ["service externalname elsewhere --external-name=example.org", "service/elsewhere"],
  ];
  for (const [command, name] of made) {
    it(`create ${command.split(" ").slice(0, 2).join(" ")}`, async () => {
      assert.equal(await cluster.ok(`create ${command}`), `${name} created\n`);
      assert.equal((await cluster.ok(`get ${name} -o name`)).trim(), name);
    });
  }
  it("exposes, autoscales and runs", async () => {
    await cluster.ok("expose deployment web --port=80 --target-port=8080");
    assert.equal(await cluster.ok("get service web -o jsonpath={.spec.selector.app}"), "web");
    await cluster.ok("autoscale deployment web --min=1 --max=3 --cpu=50%");
    assert.match(await cluster.ok("get hpa web"), /Deployment\/web +cpu: <unknown>\/50% +1 +3 +/);
    await cluster.ok(
      "run extra --image=busybox:1 --image-pull-policy=IfNotPresent --labels=a=b --env=C=d -- sleep 1000",
    );
    assert.equal(await cluster.ok("get pod extra -o jsonpath={.spec.containers[0].env[0].value}"), "d");
  });
});

describe("kubectl set", () => {
  it("changes image, environment, resources, selector, account and subjects", async () => {
    await cluster.apply(deploymentOf({ name: "clay", replicas: 0, command: "true" }));
    await cluster.ok("set image deployment/clay clay=busybox:1.1");
    await cluster.ok("set env deployment/clay COLOUR=red");
    await cluster.ok("set resources deployment/clay --limits=cpu=200m,memory=64Mi --requests=cpu=100m");
    await cluster.ok("set serviceaccount deployment/clay robot");
    assert.match(await cluster.ok("set env deployment/clay --list"), /COLOUR=red/);
    const { spec } = JSON.parse(await cluster.ok("get deployment clay -o json")).spec.template;
    const [{ image, resources }] = spec.containers;
    assert.deepEqual([image, spec.serviceAccountName], ["busybox:1.1", "robot"]);
    assert.deepEqual(resources, { limits: { cpu: "200m", memory: "64Mi" }, requests: { cpu: "100m" } });
    await cluster.ok("set selector service/inside app=clay");
    assert.equal(await cluster.ok("get service inside -o jsonpath={.spec.selector}"), '{"app":"clay"}');
    await cluster.ok("set subject rolebinding keepers --user=jane");
    assert.match(await cluster.ok("get rolebinding keepers -o wide"), /jane +default\/robot/);
  });
});

describe("kubectl, trying first", () => {
  it("shows what an apply would change, on either side", async () => {
    await cluster.ok(["apply", "-f", file("map.json", aMap("tried", { a: "1" }))]);
    const changed = file("map.json", aMap("tried", { a: "2" }));
    for (const side of ["diff", "diff --server-side"]) {
      const done = await cluster.kubectl([...side.split(" "), "-f", changed]);
      assert.equal(done.code, 1, done.stderr);
      assert.match(done.stdout, /^- {2}a: "1"\n\+ {2}a: "2"$/m);
    }
    assert.equal(
      await cluster.ok(["apply", "--dry-run=server", "-f", changed]),
      "configmap/tried configured (server dry run)\n",
    );
    assert.equal(await cluster.ok("get configmap tried -o jsonpath={.data.a}"), "1");
  });
  it("is told of fields that are not there: refused, warned of, or left out", async () => {
    const manifest = JSON.parse(podOf({ name: "odd", command: "true" }));
    manifest.spec.colour = "red";
    const path = file("odd.json", manifest);
    assert.match(
      (await cluster.kubectl(["create", "--validate=strict", "-f", path])).stderr,
      /Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.colour"/,
    );
    const warned = await cluster.kubectl(["create", "--validate=warn", "--dry-run=server", "-f", path]);
    assert.deepEqual([warned.code, warned.stderr.trim()], [0, 'Warning: unknown field "spec.colour"']);
    const ignored = await cluster.kubectl(["create", "--validate=ignore", "--dry-run=server", "-f", path]);
    assert.deepEqual([ignored.code, ignored.stderr], [0, ""]);
  });
  it("applies on the server's side, and says who is in the way", async () => {
    await cluster.ok([
      "apply",
      "--server-side",
      "--field-manager=one",
      "-f",
      file("shared.json", aMap("shared", { a: "1" })),
    ]);
    const other = file("shared.json", aMap("shared", { a: "2" }));
    const done = await cluster.kubectl(["apply", "--server-side", "--field-manager=two", "-f", other]);
    assert.equal(done.code, 1);
    assert.match(done.stderr, /Apply failed with 1 conflict: conflict with "one": \.data\.a/);
    await cluster.ok(["apply", "--server-side", "--field-manager=two", "--force-conflicts", "-f", other]);
    assert.equal(await cluster.ok("get configmap shared -o jsonpath={.data.a}"), "2");
  });
  it("builds, applies, reads and deletes a kustomization", async () => {
    const folder = join(work, "kustom");
    mkdirSync(folder);
    writeFileSync(join(folder, "map.json"), JSON.stringify(aMap("map", { a: "1" })));
    writeFileSync(join(folder, "kustomization.yaml"), "resources: [map.json]\nnamePrefix: made-\n");
    assert.match(await cluster.ok(["kustomize", folder]), /name: made-map/);
    await cluster.ok(["apply", "-k", folder]);
    assert.equal(await cluster.ok(["get", "-k", folder, "-o", "name"]), "configmap/made-map\n");
    await cluster.ok(["delete", "-k", folder]);
    assert.match((await cluster.kubectl(["get", "-k", folder])).stderr, /configmaps "made-map" not found/);
  });
});

describe("kubectl, about rights", () => {
  const role = (verbs: readonly string[]) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "reconciled", namespace: "default" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs }],
  });
  it("reconciles roles: adds what is missing, takes away what is too much when told to", async () => {
    const first = await cluster.kubectl(["auth", "reconcile", "-f", file("role.json", role(["get", "list"]))]);
    assert.match(first.stderr, /reconciliation required create/);
    const again = await cluster.kubectl([
      "auth",
      "reconcile",
      "--remove-extra-permissions",
      "-f",
      file("role.json", role(["get", "watch"])),
    ]);
    assert.match(again.stderr, /missing rules added:\n\t\t\{Verbs:\[watch\]/);
    assert.match(again.stderr, /extra rules removed:\n\t\t\{Verbs:\[list\]/);
    const { rules } = JSON.parse(await cluster.ok("get role reconciled -o json"));
    assert.deepEqual(rules.flatMap((rule: { verbs: string[] }) => rule.verbs).sort(), ["get", "watch"]);
  });
  it("says who one is and what one may do", async () => {
    assert.match(await cluster.ok("auth whoami"), /Groups +\[system:masters system:authenticated\]/);
    assert.equal(await cluster.ok("auth can-i list pods --as=jane"), "yes\n");
    assert.equal((await cluster.kubectl("auth can-i delete pods --as=jane")).stdout, "no\n");
    assert.match(await cluster.ok("auth can-i --list --as=jane"), /\npods +\[\] +\[\] +\[get list\]/);
  });
  it("makes tokens for an audience, and bound to a Pod", async () => {
    const token = await cluster.ok("create token robot --duration=20m --audience=vault");
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    assert.deepEqual(claims.aud, ["vault"]);
    assert.equal(claims.exp - claims.iat, 1200);
    const bound = await cluster.ok("create token default --bound-object-kind=Pod --bound-object-name=box");
    const { pod } = JSON.parse(Buffer.from(bound.split(".")[1] ?? "", "base64url").toString())["kubernetes.io"];
    assert.equal(pod.name, "box");
    assert.match(await failure("create token robot --duration=1m"), /may not specify a duration less than 10 minutes/);
  });
  it("approves and denies requests for certificates, but for no administrator", async () => {
    const request = (name: string, o: string) => ({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name },
      spec: {
        request: signingRequest(name, o),
        signerName: "kubernetes.io/kube-apiserver-client",
        usages: ["client auth"],
      },
    });
    for (const name of ["good", "poor"]) await cluster.apply(JSON.stringify(request(name, "dev")));
    await cluster.ok("certificate approve good");
    await cluster.ok("certificate deny poor");
    assert.match(await cluster.ok("get csr good"), /kubernetes-admin +<none> +Approved/);
    assert.match(await cluster.ok("get csr poor"), /Denied/);
    const bad = await cluster.kubectl("create -f -", { input: JSON.stringify(request("bad", "system:masters")) });
    assert.match(
      bad.stderr,
      /certificatesigningrequests.certificates.k8s.io "bad" is forbidden: use of kubernetes.io\/kube-apiserver-client signer with system:masters group is not allowed/,
    );
  });
});

describe("kubectl, changing what is there", () => {
  it("taints a node and takes the taint away", async () => {
    const node = (await cluster.ok("get nodes -o name")).trim();
    const name = node.slice("node/".length);
    await cluster.ok(`taint nodes ${name} k=v:PreferNoSchedule`);
    assert.match(await cluster.ok(`describe ${node}`), /Taints: +k=v:PreferNoSchedule/);
    await cluster.ok(`taint nodes ${name} k-`);
    assert.equal(await cluster.ok(`get ${node} -o jsonpath={.spec.taints}`), "");
  });
  it("patches through subresources", async () => {
    await cluster.ok([
      "patch",
      "deployment",
      "clay",
      "--subresource=scale",
      "--type=merge",
      "-p",
      '{"spec":{"replicas":1}}',
      "--dry-run=server",
    ]);
    assert.equal(await cluster.ok("get deployment clay -o jsonpath={.spec.replicas}"), "0");
    await cluster.ok([
      "patch",
      "pod",
      "box",
      "--subresource=status",
      "--type=merge",
      "-p",
      '{"status":{"message":"seen"}}',
    ]);
  });
  it("replaces by force, labels all, waits for what is there and for what goes", async () => {
    await cluster.ok(["replace", "--force", "-f", file("map.json", aMap("tried", { a: "3" }))]);
    assert.match(await cluster.ok("label pods --all round=two"), /pod\/box labeled/);
    await cluster.ok("wait --for=create configmap/tried --timeout=5s");
    await cluster.ok("wait --for=jsonpath={.data.a}=3 configmap/tried --timeout=5s");
    await cluster.ok("delete pod extra --grace-period=1 --wait=false");
    await cluster.ok("wait --for=delete pod/extra --timeout=30s");
  });
  it("drains as far as the disruption budget allows", async () => {
    const name = (await cluster.ok("get nodes -o name")).trim().slice("node/".length);
    await cluster.ok("wait --for=jsonpath={.status.disruptionsAllowed}=1 pdb/calm --timeout=20s");
    const before = await lines("get pods -l app=web -o name");
    const drained = await cluster.kubectl(`drain ${name} --pod-selector=app=web --timeout=4s`);
    await cluster.ok(`uncordon ${name}`);
    assert.equal(drained.code, 1);
    assert.match(drained.stderr, /Cannot evict pod as it would violate the pod's disruption budget\./);
    await cluster.ok("rollout status deployment/web --timeout=30s");
    const after = await lines("get pods -l app=web -o name --field-selector=status.phase=Running");
    assert.equal(after.filter((pod) => before.includes(pod)).length, 1, "one Pod stays where it is");
    await cluster.ok("wait --for=jsonpath={.status.disruptionsAllowed}=1 pdb/calm --timeout=20s");
  });
  it("debugs a copy of a Pod, and a node", async () => {
    await cluster.ok(
      "debug box --image=busybox:1 --copy-to=box-copy --container=tool --image-pull-policy=IfNotPresent -- sleep 1000",
    );
    await cluster.ok("wait --for=condition=Ready pod/box-copy --timeout=30s");
    assert.equal(await cluster.ok("get pod box-copy -o jsonpath={.spec.containers[*].name}"), "box tool");
    const node = (await cluster.ok("get nodes -o name")).trim();
    const said = await cluster.ok(
      `debug ${node} --image=busybox:1 --image-pull-policy=IfNotPresent --profile=sysadmin -- sleep 1`,
    );
    const name = /pod (\S+) with/.exec(said)?.[1] ?? "";
    assert.equal(await cluster.ok(`get pod ${name} -o jsonpath={.spec.hostNetwork}`), "true");
    await cluster.ok(`delete pod box-copy ${name} --now`);
  });
});

describe("kubectl against rules of the namespace", () => {
  const namespace = (name: string, labels: Record<string, string>) =>
    JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });

  it("is refused what exceeds the quota, until something is deleted", async () => {
    await cluster.apply(namespace("metered", {}));
    await cluster.ok("create quota most --hard=configmaps=2 -n metered");
    await cluster.ok("wait --for=jsonpath={.status.used.configmaps}=1 quota/most -n metered --timeout=10s");
    await cluster.ok("create configmap a -n metered");
    assert.equal(
      await failure("create configmap b -n metered"),
      'error: failed to create configmap: configmaps "b" is forbidden: exceeded quota: most, requested: configmaps=1, used: configmaps=2, limited: configmaps=2',
    );
    assert.match(await cluster.ok("describe quota most -n metered"), /configmaps +2 +2/);
    await cluster.ok("delete configmap a -n metered");
    await cluster.ok("wait --for=jsonpath={.status.used.configmaps}=1 quota/most -n metered --timeout=10s");
    await cluster.ok("create configmap b -n metered");
  });
  it("is refused Pods that the namespace's standard forbids, and warned of workloads", async () => {
    await cluster.apply(namespace("strict", { "pod-security.kubernetes.io/enforce": "restricted" }));
    assert.match(
      await failure("run box --image=busybox:1 -n strict"),
      /pods "box" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
    );
    const made = await cluster.kubectl("create deployment web --image=busybox:1 -n strict");
    assert.equal(made.code, 0);
    assert.match(made.stderr, /^Warning: would violate PodSecurity "restricted:latest": /);
  });
  it("warns of Pods that a stricter label would not have let in", async () => {
    const labelled = await cluster.kubectl(
      "label namespace default pod-security.kubernetes.io/enforce=restricted --dry-run=server",
    );
    assert.match(
      labelled.stderr,
      /existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"/,
    );
    assert.match(labelled.stderr, /box.*: allowPrivilegeEscalation != false, unrestricted capabilities, /);
  });
});

/** A PKCS #10 request in PEM, base64 as the API takes it. */
function signingRequest(cn: string, o: string): string {
  const { privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const key = file(`${cn}.key`, privateKey);
  const pem = execFileSync("openssl", ["req", "-new", "-key", key, "-subj", `/CN=${cn}/O=${o}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  return pem.toString("base64");
}
