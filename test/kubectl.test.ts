/** kubectl 1.35 against a cluster of our own: every command of daily work behaves as on a real cluster. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { deploymentOf, podOf } from "./support/manifests.ts";
import { ptyRun } from "./support/pty.ts";

let cluster: Cluster;
let work: string;

before(async () => {
  cluster = await startCluster("t-kubectl");
  work = mkdtempSync(join(tmpdir(), "skiff-kubectl-"));
  for (const image of ["busybox:1", "busybox:2"]) {
    const pull = await cluster.skiff(`pull ${image}`);
    assert.equal(pull.code, 0, pull.stderr);
  }
  await cluster.apply(deploymentOf({ name: "web", replicas: 2, command: "httpd -f -p 8080 -h /etc" }));
  await cluster.apply(
    podOf({ name: "box", command: 'i=0; while true; do i=$((i+1)); echo "line $i"; sleep 0.2; done' }),
  );
  await cluster.ok("rollout status deployment/web --timeout=60s");
  await cluster.ok("wait --for=condition=Ready pod/box --timeout=60s");
});

after(async () => {
  rmSync(work, { recursive: true, force: true });
  await cluster[Symbol.asyncDispose]();
});

describe("kubectl get", () => {
  it("prints the columns of Pods", async () => {
    const [header = "", row = ""] = (await cluster.ok("get pod box")).split("\n");
    assert.match(header, /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE$/);
    assert.match(row, /^box\s+1\/1\s+Running\s+0\s+\d+s$/);
  });
  it("prints wide columns", async () => {
    const text = await cluster.ok("get pods -o wide");
    assert.match(text, /IP\s+NODE\s+NOMINATED NODE\s+READINESS GATES/);
    assert.match(text, /10\.\d+\.\d+\.\d+/);
  });
  it("prints deployments with the columns people know", async () => {
    assert.match(
      await cluster.ok("get deploy web"),
      /NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\nweb\s+2\/2\s+2\s+2\s+/,
    );
  });
  it("gives YAML, JSON, custom columns, jsonpath and names", async () => {
    assert.match(await cluster.ok("get pod box -o yaml"), /^apiVersion: v1\nkind: Pod\nmetadata:/);
    assert.equal(JSON.parse(await cluster.ok("get pod box -o json")).metadata.name, "box");
    assert.equal(
      await cluster.ok("get pod box -o custom-columns=N:.metadata.name,P:.status.phase"),
      "N     P\nbox   Running\n",
    );
    assert.equal(await cluster.ok("get pod box -o jsonpath={.spec.restartPolicy}"), "Always");
    assert.equal(await cluster.ok("get pod box -o name"), "pod/box\n");
  });
  it("selects by label and by field", async () => {
    assert.equal((await cluster.ok("get pods -l app=web -o name")).trim().split("\n").length, 2);
    assert.equal(await cluster.ok("get pods --field-selector metadata.name=box -o name"), "pod/box\n");
  });
  it("watches", async () => {
    const watching = cluster.kubectlStart("get configmaps -w -o name");
    await watching.until(/kube-root-ca/);
    await cluster.ok("create configmap seen --from-literal=a=b");
    await watching.until(/configmap\/seen/);
    await watching.stop();
  });
  it("says what is not found as Kubernetes does", async () => {
    const { code, stderr } = await cluster.kubectl("get pod nothing");
    assert.equal(code, 1);
    assert.equal(stderr, 'Error from server (NotFound): pods "nothing" not found\n');
  });
});

describe("kubectl describe, events, explain, api-resources", () => {
  it("describes a Pod with its events", async () => {
    const text = await cluster.ok("describe pod box");
    for (const word of ["Status:           Running", "Scheduled", "Created", "Started", "QoS Class:"]) {
      assert.ok(text.includes(word), `${word} is missing in:\n${text}`);
    }
  });
  it("describes a deployment, a node and a service", async () => {
    assert.match(await cluster.ok("describe deployment web"), /2 desired \| 2 updated \| 2 total \| 2 available/);
    assert.match(await cluster.ok("describe nodes"), /Container Runtime Version/);
    assert.match(await cluster.ok("describe service kubernetes"), /Endpoints:\s+\d+\.\d+\.\d+\.\d+:\d+/);
  });
  it("lists events", async () => {
    assert.match(
      await cluster.ok("events --for pod/box"),
      /Scheduled\s+Pod\/box\s+Successfully assigned default\/box to/,
    );
  });
  it("explains fields", async () => {
    const text = await cluster.ok("explain pod.spec.containers");
    assert.match(text, /KIND:\s+Pod\nVERSION:\s+v1\n/);
    assert.match(text, /FIELD: containers <\[\]Container>/);
    assert.match(text, /imagePullPolicy\t<string>/);
  });
  it("lists the resources of the API", async () => {
    const text = await cluster.ok("api-resources");
    assert.match(text, /pods\s+po\s+v1\s+true\s+Pod/);
    assert.match(text, /deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/);
    assert.match(text, /networkpolicies\s+netpol\s+networking.k8s.io\/v1\s+true\s+NetworkPolicy/);
    assert.match(await cluster.ok("version"), /Server Version: v1\.36/);
    assert.match(await cluster.ok("api-versions"), /^apps\/v1$/m);
    assert.match(await cluster.ok("cluster-info"), /Kubernetes control plane.* is running at/);
    assert.match((await cluster.kubectl("top pods")).stderr, /error: Metrics API not available/);
    const endpoints = await cluster.kubectl("get endpoints kubernetes");
    assert.match(endpoints.stdout, /^kubernetes\s+\d+\.\d+\.\d+\.\d+:\d+/m);
    assert.match(
      endpoints.stderr,
      /Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice/,
    );
  });
});

describe("kubectl logs, exec, attach, cp, port-forward", () => {
  it("shows logs, the last lines, and follows", async () => {
    assert.match(await cluster.ok("logs box"), /^line 1\nline 2\n/);
    assert.match(await cluster.ok("logs box --tail=1"), /^line \d+\n$/);
    const following = cluster.kubectlStart("logs -f box --tail=1");
    await following.until(/line \d+\nline \d+\n/);
    await following.stop();
  });
  it("runs a command, with its exit code, its input and its two outputs apart", async () => {
    assert.equal(await cluster.ok("exec box -- hostname"), "box\n");
    assert.equal((await cluster.kubectl(["exec", "box", "--", "sh", "-c", "exit 7"])).code, 7);
    assert.equal(await cluster.ok("exec -i box -- cat", { input: "over stdin" }), "over stdin");
    const both = await cluster.kubectl(["exec", "box", "--", "sh", "-c", "echo out; echo err >&2"]);
    assert.deepEqual([both.stdout, both.stderr], ["out\n", "err\n"]);
  });
  it("gives a terminal with -it", async () => {
    const screen = await ptyRun(cluster, "exec -it box -- sh", ["tty", "stty size", "exit 3"]);
    assert.match(screen.output, /\/dev\/pts\/\d+/);
    assert.match(screen.output, /24 80/);
    assert.equal(screen.code, 3);
  });
  it("says why a command cannot run, in the kubelet's words", async () => {
    const missing = await cluster.kubectl("exec box -c nothing -- ls");
    // kubectl 1.36 looks for itself, and says so in words of its own.
    assert.match(missing.stderr, /container nothing is not valid for pod box/);
    const unknown = await cluster.kubectl(["exec", "box", "--", "no-such-command"]);
    assert.notEqual(unknown.code, 0);
    assert.match(unknown.stderr, /exec: "no-such-command": executable file not found in \$PATH/);
    assert.match(
      (await cluster.kubectl("logs box -p")).stderr,
      /previous terminated container "box" in pod "box" not found/,
    );
  });
  it("runs a Pod to its end with run --rm, and gives its exit code", async () => {
    const ran = await cluster.kubectl(
      ["run", "once", "--image=busybox:1", "--restart=Never", "--rm", "-i", "--quiet", "--", "sh", "-c", "cat; exit 4"],
      { input: "to the Pod" },
    );
    assert.equal(ran.stdout, "to the Pod");
    assert.equal(ran.code, 4);
    assert.match(ran.stderr, /pod default\/once terminated \(Error\)/);
  });
  it("debugs a running Pod from a container beside it", async () => {
    await cluster.ok([
      "debug",
      "box",
      "--image=busybox:1",
      "--target=box",
      "--profile=general",
      "-c",
      "probe",
      "--",
      "ps",
    ]);
    await cluster.ok([
      "wait",
      "pod/box",
      "--for=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.reason}=Completed",
      "--timeout=30s",
    ]);
    assert.match(await cluster.ok("logs box -c probe"), /1 root .*sh -c i=0/);
  });
  it("attaches", async () => {
    const attached = cluster.kubectlStart("attach box");
    await attached.until(/line \d+\n/);
    await attached.stop();
  });
  it("copies files both ways", async () => {
    const file = join(work, "file.txt");
    writeFileSync(file, "copied\n".repeat(10_000));
    await cluster.ok(`cp ${file} box:/tmp/file.txt`);
    await cluster.ok(`cp box:/tmp/file.txt ${file}.back`);
    assert.equal(readFileSync(`${file}.back`, "utf8"), readFileSync(file, "utf8"));
  });
  it("forwards a port to a Pod and to a Deployment", async () => {
    for (const target of ["deployment/web"]) {
      const forwarding = cluster.kubectlStart(`port-forward ${target} :8080`);
      const [, port] = await forwarding.until(/Forwarding from 127\.0\.0\.1:(\d+)/);
      for (let i = 0; i < 5; i++) {
        const response = await fetch(`http://127.0.0.1:${port}/hostname`);
        assert.equal(response.status, 200);
        assert.match(await response.text(), /^web-/);
      }
      await forwarding.stop();
    }
  });
});

describe("kubectl port-forward, proxy, create token", () => {
  it("says that nobody listens on the port", async () => {
    const forwarding = cluster.kubectlStart("port-forward pod/box :81");
    const [, port] = await forwarding.until(/Forwarding from 127\.0\.0\.1:(\d+)/);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
    assert.equal(await forwarding.exit, 1);
    assert.match(forwarding.stderr(), /error forwarding port 81 to pod .*connection refused/);
  });
  it("reaches a Service and the API through a proxy", async () => {
    await cluster.ok("expose deployment web --port=80 --target-port=8080");
    const proxying = cluster.kubectlStart("proxy --port=0");
    const [, port] = await proxying.until(/Starting to serve on 127\.0\.0\.1:(\d+)/);
    const base = `http://127.0.0.1:${port}/api/v1/namespaces/default`;
    const text = await eventually(async () => {
      const response = await fetch(`${base}/services/web:80/proxy/hostname`);
      assert.equal(response.status, 200);
      return response.text();
    });
    assert.match(text, /^web-/);
    assert.equal(((await (await fetch(`${base}/pods/box`)).json()) as { kind: string }).kind, "Pod");
    await proxying.stop();
    await cluster.ok("delete service web");
  });
  it("makes a token that the API takes for the service account, and asks what may be done", async () => {
    const token = (await cluster.ok("create token default")).trim();
    const none = join(work, "no-credentials");
    const as = ["--token", token, "--kubeconfig", none];
    const config = JSON.parse(await cluster.ok("config view --raw -o json"));
    writeFileSync(
      none,
      JSON.stringify({ ...config, users: config.users.map(({ name }: { name: string }) => ({ name, user: {} })) }),
    );
    assert.match(await cluster.ok([...as, "auth", "whoami"]), /system:serviceaccount:default:default/);
    assert.equal((await cluster.kubectl([...as, "auth", "can-i", "list", "pods"])).stdout, "no\n");
    assert.match(
      (await cluster.kubectl([...as, "get", "pods"])).stderr,
      /pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods"/,
    );
    assert.equal(await cluster.ok("auth can-i create pods"), "yes\n");
  });
});

describe("kubectl scale, rollout, set", () => {
  it("scales", async () => {
    await cluster.ok("scale deployment/web --replicas=3");
    await cluster.ok("rollout status deployment/web --timeout=60s");
    assert.match(await cluster.ok("get deploy web -o jsonpath={.status.readyReplicas}"), /3/);
    await cluster.ok("scale deployment/web --replicas=1");
    await eventually(async () =>
      assert.equal((await cluster.ok("get pods -l app=web -o name")).trim().split("\n").length, 1),
    );
  });
  it("keeps a history, undoes, restarts, pauses and resumes", async () => {
    await cluster.ok("set env deployment/web STEP=two");
    await cluster.ok("rollout status deployment/web --timeout=60s");
    assert.match(await cluster.ok("rollout history deployment/web"), /REVISION\s+CHANGE-CAUSE\n1\s+<none>\n2\s+<none>/);
    await cluster.ok("rollout undo deployment/web");
    await cluster.ok("rollout status deployment/web --timeout=60s");
    assert.equal(await cluster.ok("get deploy web -o jsonpath={.spec.template.spec.containers[0].env}"), "");
    await cluster.ok("rollout restart deployment/web");
    await cluster.ok("rollout status deployment/web --timeout=60s");
    await cluster.ok("rollout pause deployment/web");
    const before = await cluster.ok("get rs -l app=web -o name");
    await cluster.ok("set image deployment/web web=busybox:2");
    await cluster.ok("set resources deployment/web --limits=cpu=200m,memory=64Mi");
    assert.match(
      (await cluster.kubectl("rollout undo deployment/web")).stderr,
      /you cannot rollback a paused deployment/,
    );
    assert.equal(await cluster.ok("get rs -l app=web -o name"), before);
    await cluster.ok("rollout resume deployment/web");
    await cluster.ok("rollout status deployment/web --timeout=60s");
    assert.notEqual(await cluster.ok("get rs -l app=web -o name"), before);
    const inNewPods = "jsonpath={.items[*].status.qosClass} {.items[*].spec.containers[0].image}";
    await eventually(async () =>
      assert.equal(await cluster.ok(["get", "pods", "-l", "app=web", "-o", inNewPods]), "Guaranteed busybox:2"),
    );
  });
});

describe("kubectl rollout of StatefulSets and DaemonSets", () => {
  it("updates, keeps a history and undoes", async () => {
    const workload = (kind: string, name: string, more: object): string => {
      const shape = { name, replicas: 1, command: "trap exit TERM; sleep 3600 & wait" };
      const { selector, template } = JSON.parse(deploymentOf(shape)).spec;
      const spec = { selector, template, ...more };
      return JSON.stringify({ apiVersion: "apps/v1", kind, metadata: { name }, spec });
    };
    const manifests = [
      workload("StatefulSet", "set", { replicas: 2, serviceName: "set" }),
      workload("DaemonSet", "daemon", {}),
    ];
    await cluster.apply(manifests.join("\n---\n"));
    await Promise.all(
      ["statefulset/set", "daemonset/daemon"].map(async (target) => {
        const image = () => cluster.ok(`get ${target} -o jsonpath={.spec.template.spec.containers[0].image}`);
        await cluster.ok(`rollout status ${target} --timeout=60s`);
        await cluster.ok(`set image ${target} *=busybox:2`);
        await cluster.ok(`rollout status ${target} --timeout=60s`);
        assert.match(await cluster.ok(`rollout history ${target}`), /CHANGE-CAUSE\n1\s+<none>\n2\s+<none>/);
        await cluster.ok(`rollout undo ${target}`);
        await cluster.ok(`rollout status ${target} --timeout=60s`);
        assert.equal(await image(), "busybox:1");
      }),
    );
    await cluster.ok("delete statefulset/set daemonset/daemon");
  });
  it("leaves the Pods of what is deleted with --cascade=orphan", async () => {
    await cluster.apply(deploymentOf({ name: "left", replicas: 1, command: "sleep 3600" }));
    await cluster.ok("rollout status deployment/left --timeout=60s");
    await cluster.ok("delete deployment left --cascade=orphan");
    const owners = "jsonpath={.items[*].metadata.ownerReferences}";
    await eventually(async () => assert.equal(await cluster.ok(`get rs -l app=left -o ${owners}`), ""));
    assert.match(await cluster.ok("get pods,rs -l app=left -o name"), /^pod\/left-\S+\nreplicaset.apps\/left-\S+\n$/);
    await cluster.ok("delete rs,pod -l app=left");
  });
});

describe("kubectl changing objects", () => {
  it("creates, applies again, replaces and deletes", async () => {
    const manifest = (value: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {key: ${value}}\n`;
    assert.match(await cluster.apply(manifest("one")), /configmap\/settings created/);
    assert.match(await cluster.apply(manifest("one")), /configmap\/settings unchanged/);
    assert.match(await cluster.apply(manifest("two")), /configmap\/settings configured/);
    assert.match(await cluster.ok("diff -f -", { input: manifest("two") }), /^$/);
    assert.match(await cluster.ok("replace -f -", { input: manifest("three") }), /configmap\/settings replaced/);
    assert.equal(await cluster.ok("get cm settings -o jsonpath={.data.key}"), "three");
    assert.match(await cluster.ok("delete cm settings"), /configmap "settings" deleted/);
  });
  it("labels, annotates and patches in three ways", async () => {
    await cluster.ok("label pod box tier=test");
    assert.equal(await cluster.ok("get pods -l tier=test -o name"), "pod/box\n");
    await cluster.ok("annotate pod box note=read");
    await cluster.ok(["patch", "pod", "box", "-p", '{"metadata":{"labels":{"tier":"prod"}}}']);
    await cluster.ok(["patch", "pod", "box", "--type=merge", "-p", '{"metadata":{"annotations":{"note":null}}}']);
    await cluster.ok([
      "patch",
      "pod",
      "box",
      "--type=json",
      "-p",
      '[{"op":"add","path":"/metadata/labels/zone","value":"a"}]',
    ]);
    const pod = JSON.parse(await cluster.ok("get pod box -o json"));
    assert.equal(pod.metadata.labels.tier, "prod");
    assert.equal(pod.metadata.labels.zone, "a");
    assert.equal(pod.metadata.annotations?.note, undefined);
  });
  it("edits", async () => {
    await cluster.ok("edit pod box", { env: { KUBE_EDITOR: "sed -i s/tier:.prod/tier:\\ edited/" } });
    assert.equal(await cluster.ok("get pod box -o jsonpath={.metadata.labels.tier}"), "edited");
  });
  it("applies on the server's side", async () => {
    const input = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned}\ndata: {a: x}\n";
    await cluster.ok("apply --server-side -f -", { input });
    const other = input.replace("{a: x}", "{a: z}");
    const { code, stderr } = await cluster.kubectl("apply --server-side --field-manager=other -f -", { input: other });
    assert.equal(code, 1);
    assert.match(stderr, /Apply failed with 1 conflict: conflict with "kubectl": \.data\.a/);
    await cluster.ok("apply --server-side --field-manager=other --force-conflicts -f -", { input: other });
    assert.equal(await cluster.ok("get cm owned -o jsonpath={.data.a}"), "z");
  });
  it("knows who wrote a field last, however it was written", async () => {
    await cluster.ok("create configmap written --from-literal=a=x");
    const input = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: written}\ndata: {a: z}\n";
    const refused = await cluster.kubectl("apply --server-side -f -", { input });
    assert.match(refused.stderr, /Apply failed with 1 conflict: conflict with "kubectl-create" using v1: \.data\.a/);
    await cluster.ok("apply --server-side --force-conflicts -f -", { input });
    await cluster.ok("edit configmap written", { env: { KUBE_EDITOR: "sed -i s/z/edited/" } });
    const again = await cluster.kubectl("apply --server-side -f -", { input });
    assert.match(again.stderr, /conflict with "kubectl-edit" using v1: \.data\.a/);
    assert.doesNotMatch(await cluster.ok("get cm written -o yaml"), /managedFields/);
  });
  it("goes on on the server's side with what was applied on the client's", async () => {
    const input = (data: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: moved}\ndata: {${data}}\n`;
    await cluster.apply(input("a: one, b: two"));
    await cluster.ok("apply --server-side -f -", { input: input("a: three") });
    assert.equal(await cluster.ok("get cm moved -o jsonpath={.data}"), '{"a":"three"}');
  });
  it("prunes what is no longer in the manifests", async () => {
    const one = (name: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {set: p}}\n`;
    const prune = "apply -f - -l set=p --prune --prune-allowlist=core/v1/ConfigMap";
    await cluster.ok(prune, { input: `${one("p1")}---\n${one("p2")}` });
    assert.match(await cluster.ok(prune, { input: one("p1") }), /configmap\/p1 unchanged\nconfigmap\/p2 pruned\n/);
  });
  it("does nothing in a dry run", async () => {
    await cluster.ok("create configmap dry --dry-run=server --from-literal=a=b");
    assert.equal((await cluster.kubectl("get cm dry")).code, 1);
  });
  it("waits for a deletion and deletes what is owned", async () => {
    await cluster.apply(deploymentOf({ name: "gone", replicas: 2, command: "sleep 3600" }));
    await cluster.ok("rollout status deployment/gone --timeout=60s");
    await cluster.ok("delete deployment gone");
    await cluster.ok("wait --for=delete pod -l app=gone --timeout=60s");
    assert.equal(await cluster.ok("get rs -l app=gone -o name"), "");
  });
  it("deletes a namespace with what is in it", async () => {
    await cluster.ok("create namespace brief");
    await cluster.ok("create configmap inside -n brief --from-literal=a=b");
    await cluster.ok("delete namespace brief --timeout=60s");
    assert.equal((await cluster.kubectl("get ns brief")).code, 1);
  });
});

describe("kubectl cordon, drain", () => {
  it("keeps Pods off a cordoned node, drains it and lets them back", async () => {
    const node = (await cluster.ok("get nodes -o name")).trim();
    await cluster.ok(`cordon ${node}`);
    assert.match(await cluster.ok("get nodes"), /Ready,SchedulingDisabled/);
    await cluster.ok(`drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=60s`);
    await eventually(async () => assert.match(await cluster.ok("get pods -l app=web"), /Pending/));
    await cluster.ok(`uncordon ${node}`);
    await cluster.ok("rollout status deployment/web --timeout=60s");
  });
});
