/** helm 4 with a chart as operators ship them: a CustomResourceDefinition, objects of it, hooks around the release, a test. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";

let cluster: Cluster;
let chart: string;

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all] }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: { type: integer, minimum: 1, maximum: 9 }
                colour: { type: string, default: blue, enum: [blue, red] }
            status: { type: object, properties: { ready: { type: boolean } } }
          x-kubernetes-validations:
            - { rule: "self.spec.size < 9 || self.spec.colour == 'red'", message: "what is large is red" }
      subresources: { status: {} }
      additionalPrinterColumns:
        - { name: Size, type: integer, jsonPath: .spec.size }
        - { name: Colour, type: string, jsonPath: .spec.colour }
`;

const hook = (when: string, name: string, exit: string, weight: number) => `apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ .Release.Name }}-${name}"
  annotations:
    helm.sh/hook: ${when}
    helm.sh/hook-weight: "${weight}"
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 0
      containers:
        - { name: c, image: "busybox:1", imagePullPolicy: IfNotPresent, command: [sh, -c, "exit ${exit}"] }
`;

const OBJECTS = `apiVersion: example.org/v1
kind: Widget
metadata: { name: "{{ .Release.Name }}" }
spec: { size: {{ .Values.size }}, colour: {{ .Values.colour }} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}" }
data: { size: "{{ .Values.size }}" }
`;

const TEST = `apiVersion: v1
kind: Pod
metadata:
  name: "{{ .Release.Name }}-test"
  annotations: { helm.sh/hook: test, helm.sh/hook-delete-policy: before-hook-creation }
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  containers:
    - { name: c, image: "busybox:1", imagePullPolicy: IfNotPresent, command: [sh, -c, "echo it works"] }
`;

before(async () => {
  cluster = await startCluster("t-helm-crds");
  chart = mkdtempSync(join(tmpdir(), "skiff-chart-crds-"));
  for (const folder of ["crds", "templates"]) mkdirSync(join(chart, folder));
  const files = {
    "Chart.yaml": "apiVersion: v2\nname: widgets\nversion: 0.1.0\n",
    "values.yaml": "size: 3\ncolour: blue\nexit: 0\n",
    "crds/widget.yaml": DEFINITION,
    "templates/objects.yaml": OBJECTS,
    "templates/before.yaml": hook("pre-install,pre-upgrade", "before", "{{ .Values.exit }}", 1),
    "templates/after.yaml": hook("post-install,post-delete", "after", "0", 2),
    "templates/test.yaml": TEST,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(chart, name), content);
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
});

after(async () => {
  rmSync(chart, { recursive: true, force: true });
  await cluster[Symbol.asyncDispose]();
});

async function helm(args: string): Promise<string> {
  const done = await cluster.helm(args, { timeout: 120_000 });
  assert.equal(done.code, 0, `helm ${args}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

const sizes = () => cluster.ok("get widgets -o custom-columns=:.metadata.name,:.spec.size,:.spec.colour --no-headers");

describe("helm, with definitions and hooks", () => {
  it("installs the definition first, then its objects, around the hooks", async () => {
    assert.match(await helm(`install set ${chart} --wait --timeout 60s`), /STATUS: deployed/);
    assert.match(await cluster.ok("get wd"), /^NAME +SIZE +COLOUR\nset +3 +blue\n$/);
    assert.equal((await cluster.kubectl("get jobs -o name")).stdout, "", "what hooks made stays behind");
  });
  it("runs the chart's test and shows its log", async () => {
    assert.match(await helm("test set --logs"), /Phase: +Succeeded[\s\S]*POD LOGS: set-test\nit works/);
  });
  it("upgrades objects of the definition", async () => {
    await helm(`upgrade set ${chart} --set size=5,colour=red --wait --timeout 60s`);
    assert.match(await sizes(), /^set +5 +red$/m);
  });
  it("fails an upgrade that the definition refuses, by schema and by rule", async () => {
    const large = await cluster.helm(`upgrade set ${chart} --set size=12`);
    assert.equal(large.code, 1);
    assert.match(large.stderr, /spec.size: Invalid value: 12: spec.size in body should be less than or equal to 9/);
    const blue = await cluster.helm(`upgrade set ${chart} --set size=9,colour=blue`);
    assert.match(blue.stderr, /what is large is red/);
    assert.match(await sizes(), /^set +5 +red$/m);
  });
  it("fails an upgrade whose hook fails, and rolls back", async () => {
    const failed = await cluster.helm(`upgrade set ${chart} --set exit=1,size=7 --timeout 30s`);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /pre-upgrade hooks failed/);
    await helm("rollback set 1 --wait --timeout 60s");
    assert.match(await sizes(), /^set +3 +blue$/m);
    assert.match(await helm("history set"), /Rollback to 1/);
  });
  it("removes the release, and leaves the definition, as helm does", async () => {
    await helm("uninstall set --wait --timeout 60s");
    assert.equal((await cluster.kubectl("get widgets -o name")).stdout, "");
    assert.match(await cluster.ok("get crd -o name"), /widgets.example.org/);
    await cluster.ok("delete crd widgets.example.org --timeout=30s");
    assert.match((await cluster.kubectl("get widgets")).stderr, /the server could not find the requested resource/);
  });
});
