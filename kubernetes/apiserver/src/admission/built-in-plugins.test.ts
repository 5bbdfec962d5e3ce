import assert from "node:assert/strict";
import { before, describe, it, type TestContext } from "node:test";
import { type ResourceInfo, StatusError } from "@skiff/api";
import type { Node, Pod } from "@skiff/api/core/v1";
import {
  ingressClasses,
  ingresses,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  pods,
  priorityClasses,
  runtimeClasses,
  secrets,
  serviceAccounts,
  storageClasses,
} from "@skiff/api/resources";
import { startTestApiServer } from "../testing/start-test-api-server.ts";

type Body = Record<string, unknown>;

const aPod = (spec: Body = {}, metadata: Body = {}): Body => ({
  metadata: { name: "p", ...metadata },
  spec: { containers: [{ name: "c", image: "i" }], ...spec },
});
const withResources = (resources: Body) => aPod({ containers: [{ name: "c", image: "i", resources }] });

/** A namespace for each case, so that none sees what another put there; every create is a dry run unless it is set up. */
let create: (resource: ResourceInfo, namespace: string, body: Body) => Promise<object>;
let dryRun: typeof create;
let update: (
  resource: ResourceInfo,
  namespace: string,
  name: string,
  body: Body,
  subresource?: string,
) => Promise<object>;
let number = 0;

async function newNamespace(): Promise<string> {
  const name = `case-${number++}`;
  await create(namespaces, "", { metadata: { name } });
  await create(serviceAccounts, name, { metadata: { name: "default" } });
  return name;
}

async function refusal(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StatusError, "nothing was refused");
  assert.equal(error.code, 403);
  return error.message;
}

before(async (file) => {
  const { api } = await startTestApiServer(file as TestContext);
  const admin = api.localTransport({ name: "admin", groups: ["system:masters"] });
  create = (resource, namespace, body) => admin.call({ verb: "create", resource, namespace, body });
  dryRun = (resource, namespace, body) =>
    admin.call({ verb: "create", resource, namespace, body, query: { dryRun: "All" } });
  update = (resource, namespace, name, body, subresource = "") =>
    admin.call({ verb: "patch", patchType: "merge", resource, namespace, name, body, subresource });
});

describe("LimitRanger", () => {
  const limits = [
    {
      type: "Container",
      default: { cpu: "500m", memory: "256Mi" },
      defaultRequest: { cpu: "100m" },
      min: { cpu: "50m" },
      max: { cpu: "1", memory: "1Gi" },
      maxLimitRequestRatio: { cpu: "5" },
    },
    { type: "Pod", max: { memory: "1Gi" } },
    { type: "PersistentVolumeClaim", min: { storage: "1Gi" }, max: { storage: "10Gi" } },
  ];
  let namespace: string;
  before(async () => {
    namespace = await newNamespace();
    await create(limitRanges, namespace, { metadata: { name: "limits" }, spec: { limits } });
  });

  it("gives containers what they do not state, and says so on the Pod", async () => {
    const pod = (await dryRun(pods, namespace, aPod())) as Pod;
    assert.deepEqual(pod.spec.containers[0]?.resources, {
      limits: { cpu: "500m", memory: "256Mi" },
      requests: { cpu: "100m", memory: "256Mi" },
    });
    assert.equal(
      pod.metadata.annotations?.["kubernetes.io/limit-ranger"],
      "LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c",
    );
  });

  const refused = [
    {
      when: "a request is too small",
      body: withResources({ requests: { cpu: "10m" }, limits: { cpu: "50m" } }),
      why: "minimum cpu usage per Container is 50m, but request is 10m",
    },
    {
      when: "a limit is too large",
      body: withResources({ requests: { cpu: "1" }, limits: { cpu: "2" } }),
      why: "maximum cpu usage per Container is 1, but limit is 2",
    },
    {
      when: "a limit lies too far above its request",
      body: withResources({ requests: { cpu: "100m" }, limits: { cpu: "1" } }),
      why: "cpu max limit to request ratio per Container is 5, but provided ratio is 10.000000",
    },
    {
      when: "containers together have too much",
      body: aPod({
        containers: ["a", "b"].map((name) => ({ name, image: "i", resources: { limits: { memory: "700Mi" } } })),
      }),
      why: "maximum memory usage per Pod is 1Gi, but limit is 1400Mi",
    },
  ];
  for (const { when, body, why } of refused) {
    it(`refuses a Pod when ${when}`, async () => {
      assert.equal(await refusal(dryRun(pods, namespace, body)), `pods "p" is forbidden: ${why}`);
    });
  }

  it("names all reasons of one limit range item", async () => {
    const body = withResources({ requests: { cpu: "10m" }, limits: { cpu: "2" } });
    assert.equal(
      await refusal(dryRun(pods, namespace, body)),
      'pods "p" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, maximum cpu usage per Container is 1, but limit is 2, cpu max limit to request ratio per Container is 5, but provided ratio is 200.000000]',
    );
  });

  it("bounds the size of claims", async () => {
    const claim = (storage: string) => ({
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
    });
    assert.equal(
      await refusal(dryRun(persistentVolumeClaims, namespace, claim("20Gi"))),
      'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 20Gi',
    );
    await dryRun(persistentVolumeClaims, namespace, claim("5Gi"));
  });
});

describe("ServiceAccount", () => {
  it("lets a Pod use only the Secrets its account lists, when the account says so", async () => {
    const namespace = await newNamespace();
    const annotations = { "kubernetes.io/enforce-mountable-secrets": "true" };
    await create(secrets, namespace, { metadata: { name: "own" } });
    await create(serviceAccounts, namespace, {
      metadata: { name: "careful", annotations },
      secrets: [{ name: "own" }],
    });
    const pod = (secretName: string) =>
      aPod({ serviceAccountName: "careful", volumes: [{ name: "v", secret: { secretName } }] });
    await dryRun(pods, namespace, pod("own"));
    assert.equal(
      await refusal(dryRun(pods, namespace, pod("other"))),
      'pods "p" is forbidden: volume with secret.secretName="other" is not allowed because service account careful does not reference that secret',
    );
  });

  it("waits for the account that every new namespace gets", async () => {
    const name = `case-${number++}`;
    await create(namespaces, "", { metadata: { name } });
    const creating = create(pods, name, aPod());
    await create(serviceAccounts, name, { metadata: { name: "default" } });
    assert.equal(((await creating) as Pod).spec.serviceAccountName, "default");
  });

  it("refuses a Pod whose account does not exist", async () => {
    const namespace = await newNamespace();
    assert.equal(
      await refusal(dryRun(pods, namespace, aPod({ serviceAccountName: "ghost" }, { name: "", generateName: "p-" }))),
      `pods "p-" is forbidden: error looking up service account ${namespace}/ghost: serviceaccount "ghost" not found`,
    );
  });

  it("lets a mirror Pod have neither account nor Secrets", async () => {
    const namespace = await newNamespace();
    const mirror = { annotations: { "kubernetes.io/config.mirror": "1" } };
    const pod = (await dryRun(pods, namespace, aPod({ nodeName: "n" }, mirror))) as Pod;
    assert.equal(pod.spec.serviceAccountName, undefined);
    assert.equal(
      await refusal(dryRun(pods, namespace, aPod({ nodeName: "n", serviceAccountName: "default" }, mirror))),
      'pods "p" is forbidden: a mirror pod may not reference service accounts',
    );
  });
});

describe("Priority", () => {
  it("takes number and preemption policy from the class, and no other number from the Pod", async () => {
    const namespace = await newNamespace();
    await create(priorityClasses, "", { metadata: { name: "calm" }, value: 7, preemptionPolicy: "Never" });
    const { spec } = (await dryRun(pods, namespace, aPod({ priorityClassName: "calm" }))) as Pod;
    assert.deepEqual([spec.priority, spec.preemptionPolicy], [7, "Never"]);
    assert.equal(
      await refusal(dryRun(pods, namespace, aPod({ priorityClassName: "calm", priority: 8 }))),
      'pods "p" is forbidden: the integer value of priority (8) must not be provided in pod spec; priority admission controller computed 7 from the given PriorityClass name',
    );
  });

  it("allows one default class", async () => {
    await create(priorityClasses, "", { metadata: { name: "first" }, value: 1, globalDefault: true });
    assert.equal(
      await refusal(create(priorityClasses, "", { metadata: { name: "second" }, value: 2, globalDefault: true })),
      'priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass first is already marked as default. Only one default can exist',
    );
  });
});

describe("RuntimeClass", () => {
  it("gives a Pod the overhead, node selector and tolerations of its class", async () => {
    const namespace = await newNamespace();
    await create(runtimeClasses, "", {
      metadata: { name: "sandboxed" },
      handler: "sandbox",
      overhead: { podFixed: { memory: "100Mi" } },
      scheduling: { nodeSelector: { sandbox: "yes" }, tolerations: [{ key: "sandbox", operator: "Exists" }] },
    });
    const { spec } = (await dryRun(pods, namespace, aPod({ runtimeClassName: "sandboxed" }))) as Pod;
    assert.deepEqual(spec.overhead, { memory: "100Mi" });
    assert.deepEqual(spec.nodeSelector, { sandbox: "yes" });
    assert.ok(spec.tolerations?.some(({ key }) => key === "sandbox"));
    assert.equal(
      await refusal(dryRun(pods, namespace, aPod({ runtimeClassName: "sandboxed", nodeSelector: { sandbox: "no" } }))),
      'pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
    );
    assert.equal(
      await refusal(dryRun(pods, namespace, aPod({ overhead: { memory: "1Mi" } }))),
      'pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
    assert.equal(
      await refusal(dryRun(pods, namespace, aPod({ runtimeClassName: "ghost" }))),
      'pods "p" is forbidden: pod rejected: RuntimeClass "ghost" not found',
    );
  });
});

describe("defaults by annotation", () => {
  it("are the newest storage class and ingress class that are marked", async () => {
    const namespace = await newNamespace();
    const mark = (key: string) => ({ annotations: { [key]: "true" } });
    const storage = mark("storageclass.kubernetes.io/is-default-class");
    await create(storageClasses, "", { metadata: { name: "disk", ...storage }, provisioner: "example.org/disk" });
    const ingress = mark("ingressclass.kubernetes.io/is-default-class");
    await create(ingressClasses, "", { metadata: { name: "door", ...ingress }, spec: { controller: "example.org/d" } });
    const claim = (await dryRun(persistentVolumeClaims, namespace, {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    })) as { spec: Body; metadata: Body };
    assert.equal(claim.spec.storageClassName, "disk");
    assert.deepEqual(claim.metadata.finalizers, ["kubernetes.io/pvc-protection"]);
    const backend = { service: { name: "s", port: { number: 80 } } };
    const body = { metadata: { name: "in" }, spec: { defaultBackend: backend } };
    const made = (await dryRun(ingresses, namespace, body)) as { spec: Body };
    assert.equal(made.spec.ingressClassName, "door");
  });
});

describe("PersistentVolumeClaimResize", () => {
  it("lets a bound claim grow only when its class allows it", async () => {
    const namespace = await newNamespace();
    await create(storageClasses, "", { metadata: { name: "fixed" }, provisioner: "example.org/disk" });
    await create(storageClasses, "", {
      metadata: { name: "growing" },
      provisioner: "example.org/disk",
      allowVolumeExpansion: true,
    });
    const larger = { spec: { resources: { requests: { storage: "2Gi" } } } };
    for (const name of ["fixed", "growing"]) {
      await create(persistentVolumeClaims, namespace, {
        metadata: { name },
        spec: { storageClassName: name, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      });
      await update(persistentVolumeClaims, namespace, name, { status: { phase: "Bound" } }, "status");
    }
    await update(persistentVolumeClaims, namespace, "growing", larger);
    assert.equal(
      await refusal(update(persistentVolumeClaims, namespace, "fixed", larger)),
      'persistentvolumeclaims "fixed" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  });
});

describe("nodes", () => {
  it("take no Pods before they are ready, and hand their zone to the Pods put on them", async () => {
    const namespace = await newNamespace();
    const labels = { "topology.kubernetes.io/zone": "z1" };
    const node = (await create(nodes, "", { metadata: { name: "n1", labels } })) as Node;
    assert.deepEqual(node.spec.taints, [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }]);
    const pod = (await dryRun(pods, namespace, aPod({ nodeName: "n1" }))) as Pod;
    assert.deepEqual(pod.metadata.labels, labels);
  });
});

describe("NamespaceLifecycle", () => {
  it("says that a namespace does not exist, as about the namespace", async () => {
    await assert.rejects(dryRun(pods, "nowhere", aPod()), (error: StatusError) => {
      assert.equal(error.code, 404);
      return error.message === 'namespaces "nowhere" not found';
    });
  });
});
