/** What becomes of Pods that fail: probes, images, crash loops, and Pods that fit nowhere. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { limitsOf } from "./support/host.ts";
import { podOf, serviceOf } from "./support/manifests.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("t-pods");
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
});

after(() => cluster[Symbol.asyncDispose]());

const jsonpath = (what: string, path: string): Promise<string> => cluster.ok(`get ${what} -o jsonpath=${path}`);

describe("probes", () => {
  it("restart a container whose liveness probe fails", async () => {
    await cluster.apply(
      podOf({
        name: "unhealthy",
        command: "touch /tmp/alive; sleep 2; rm /tmp/alive; sleep 600",
        container: {
          livenessProbe: { exec: { command: ["test", "-e", "/tmp/alive"] }, periodSeconds: 1, failureThreshold: 1 },
        },
      }),
    );
    await eventually(async () =>
      assert.equal(await jsonpath("pod/unhealthy", "{.status.containerStatuses[0].restartCount}"), "1"),
    );
    const events = await cluster.ok("events --for pod/unhealthy");
    assert.match(events, /Unhealthy\s+Pod\/unhealthy\s+Liveness probe failed/);
    assert.match(events, /Killing\s+Pod\/unhealthy\s+Container unhealthy failed liveness probe, will be restarted/);
  });

  it("take a Pod whose readiness probe fails out of its Service, and put it back", async () => {
    await cluster.apply(
      podOf({
        name: "moody",
        command: "touch /tmp/ready; exec httpd -f -p 8080",
        container: {
          readinessProbe: { exec: { command: ["test", "-e", "/tmp/ready"] }, periodSeconds: 1, failureThreshold: 1 },
        },
      }),
    );
    await cluster.apply(serviceOf("moody", 8080));
    const ready = (): Promise<string> =>
      cluster.ok(
        "get endpointslices -l kubernetes.io/service-name=moody -o jsonpath={.items[0].endpoints[0].conditions.ready}",
      );
    await eventually(async () => assert.equal(await ready(), "true"));
    await cluster.ok("exec moody -- rm /tmp/ready");
    await eventually(async () => assert.equal(await ready(), "false"));
    assert.match(await cluster.ok("get pod moody"), /0\/1\s+Running/);
    await cluster.ok("exec moody -- touch /tmp/ready");
    await eventually(async () => assert.equal(await ready(), "true"));
  });

  it("over HTTP and TCP make a Pod ready; a startup probe holds the others back", async () => {
    await cluster.apply(
      podOf({
        name: "probed",
        command: "sleep 1; exec httpd -f -p 8080 -h /etc",
        container: {
          startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 30 },
          readinessProbe: { httpGet: { path: "/hostname", port: 8080 }, periodSeconds: 1 },
          livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
        },
      }),
    );
    await cluster.ok("wait --for=condition=Ready pod/probed --timeout=30s");
    assert.equal(await jsonpath("pod/probed", "{.status.containerStatuses[0].restartCount}"), "0");
  });
});

describe("images", () => {
  it("that cannot be pulled show ErrImagePull, then ImagePullBackOff", async () => {
    await cluster.apply(podOf({ name: "absent", command: "true", image: "127.0.0.1:1/no/such:image" }));
    const seen = new Set<string>();
    await eventually(async () => {
      seen.add(await jsonpath("pod/absent", "{.status.containerStatuses[0].state.waiting.reason}"));
      assert.ok(seen.has("ErrImagePull") && seen.has("ImagePullBackOff"), [...seen].join());
    });
    const events = await cluster.ok("events --for pod/absent");
    assert.match(events, /Failed to pull image "127\.0\.0\.1:1\/no\/such:image"/);
    assert.match(events, /Back-off pulling image "127\.0\.0\.1:1\/no\/such:image"/);
  });
  it("that may not be pulled and are not there show ErrImageNeverPull", async () => {
    await cluster.apply(
      podOf({ name: "never", command: "true", image: "none:1", container: { imagePullPolicy: "Never" } }),
    );
    await eventually(async () =>
      assert.equal(
        await jsonpath("pod/never", "{.status.containerStatuses[0].state.waiting.reason}"),
        "ErrImageNeverPull",
      ),
    );
  });
});

describe("containers that end", () => {
  it("again and again back off", async () => {
    await cluster.apply(podOf({ name: "crashing", command: "echo going down; exit 3" }));
    await eventually(async () => assert.match(await cluster.ok("get pod crashing"), /CrashLoopBackOff/));
    const pod = JSON.parse(await cluster.ok("get pod crashing -o json"));
    const [status] = pod.status.containerStatuses;
    assert.equal(status.lastState.terminated.exitCode, 3);
    assert.match(
      status.state.waiting.message,
      /^back-off \d+s restarting failed container=crashing pod=crashing_default\(/,
    );
    assert.match(await cluster.ok("logs crashing --previous"), /going down/);
  });
  it("are done when the restart policy says so", async () => {
    await cluster.apply(podOf({ name: "done", command: "true", spec: { restartPolicy: "Never" } }));
    await cluster.apply(podOf({ name: "failed", command: "exit 1", spec: { restartPolicy: "Never" } }));
    await eventually(async () => assert.match(await cluster.ok("get pod done"), /0\/1\s+Completed/));
    await eventually(async () => assert.match(await cluster.ok("get pod failed"), /0\/1\s+Error/));
    assert.equal(await jsonpath("pod/done", "{.status.phase}"), "Succeeded");
    assert.equal(await jsonpath("pod/failed", "{.status.phase}"), "Failed");
  });
  it("because memory ran out say OOMKilled", async () => {
    await cluster.apply(
      podOf({
        name: "hungry",
        command: "tail /dev/zero",
        container: { resources: { limits: { memory: "16Mi" } } },
        spec: { restartPolicy: "Never" },
      }),
    );
    await eventually(async () => assert.match(await cluster.ok("get pod hungry"), /OOMKilled/));
  });
  it("before they began, because their program is not there, say StartError", async () => {
    const container = { command: ["/no/such/program"] };
    await cluster.apply(podOf({ name: "absent-program", command: "", container, spec: { restartPolicy: "Never" } }));
    await eventually(async () => assert.match(await cluster.ok("get pod absent-program"), /0\/1\s+StartError/));
    assert.equal(
      await jsonpath("pod/absent-program", "{.status.containerStatuses[0].state.terminated.exitCode}"),
      "128",
    );
    await cluster.apply(podOf({ name: "absent-again", command: "", container }));
    await eventually(async () =>
      assert.match(await cluster.ok("get pod absent-again"), /RunContainerError|CrashLoopBackOff/),
    );
    await eventually(async () =>
      assert.match(
        await jsonpath("pod/absent-again", "{.status.containerStatuses[0].lastState.terminated.message}"),
        /exec: "\/no\/such\/program": stat \/no\/such\/program: no such file or directory/,
      ),
    );
    assert.match(
      await cluster.ok("events --for pod/absent-again"),
      /Warning\s+Failed\s+Pod\/absent-again\s+Error: .*no such file or directory/,
    );
  });
  it("in a Job complete it", async () => {
    await cluster.ok("create job once --image=busybox:1 -- sh -c true");
    await cluster.ok("wait --for=condition=complete job/once --timeout=60s");
    assert.match(await cluster.ok("get job once"), /once\s+Complete\s+1\/1/);
  });
});

describe("a Pod", () => {
  it("has the limits of its containers together, as a cgroup of its own", async () => {
    const resources = { limits: { memory: "32Mi", cpu: "500m" } };
    const second = { name: "second", image: "busybox:1", command: ["sleep", "600"], resources };
    const pod = JSON.parse(podOf({ name: "limited", command: "sleep 600", container: { resources } }));
    pod.spec.containers.push(second);
    await cluster.apply(JSON.stringify(pod));
    await cluster.ok("wait --for=condition=Ready pod/limited --timeout=30s");
    const uid = await jsonpath("pod/limited", "{.metadata.uid}");
    assert.deepEqual(limitsOf(`skiff-${cluster.name}/kubepods/pod${uid}`), { memory: 64 * 2 ** 20, cpus: 1 });
  });
  it("that fits nowhere says why", async () => {
    await cluster.apply(
      podOf({ name: "huge", command: "true", container: { resources: { requests: { cpu: "1000" } } } }),
    );
    await eventually(async () =>
      assert.match(
        await jsonpath("pod/huge", "{.status.conditions[0].message}"),
        /^0\/1 nodes are available: 1 Insufficient cpu\./,
      ),
    );
    assert.match(
      await cluster.ok("events --for pod/huge"),
      /Warning\s+FailedScheduling\s+Pod\/huge\s+0\/1 nodes are available/,
    );
  });
  it("runs init containers in order, then a sidecar, then the rest", async () => {
    await cluster.apply(
      podOf({
        name: "staged",
        command: "cat /shared/log; sleep 600",
        container: { volumeMounts: [{ name: "shared", mountPath: "/shared" }] },
        spec: {
          volumes: [{ name: "shared", emptyDir: {} }],
          initContainers: ["one", "two"]
            .map((name) => ({
              name,
              image: "busybox:1",
              imagePullPolicy: "IfNotPresent",
              command: ["sh", "-c", `echo ${name} >> /shared/log`],
              volumeMounts: [{ name: "shared", mountPath: "/shared" }],
            }))
            .concat([
              {
                name: "side",
                image: "busybox:1",
                imagePullPolicy: "IfNotPresent",
                restartPolicy: "Always",
                command: ["sh", "-c", "echo side >> /shared/log; sleep 600"],
                startupProbe: { exec: { command: ["grep", "side", "/shared/log"] }, periodSeconds: 1 },
                volumeMounts: [{ name: "shared", mountPath: "/shared" }],
              } as never,
            ]),
        },
      }),
    );
    await cluster.ok("wait --for=condition=Ready pod/staged --timeout=60s");
    assert.equal(await cluster.ok("logs staged -c staged"), "one\ntwo\nside\n");
    assert.match(await cluster.ok("get pod staged"), /2\/2\s+Running/);
  });
  it("has containers that see each other's processes when it says so, confined by a seccomp profile of the node", async () => {
    const profiles = join(cluster.data, "kubelet/seccomp");
    mkdirSync(profiles, { recursive: true });
    const rule = { names: ["chmod", "fchmodat", "fchmodat2"], action: "SCMP_ACT_ERRNO" };
    writeFileSync(
      join(profiles, "no-chmod.json"),
      JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [rule] }),
    );
    const image = { image: "busybox:1", imagePullPolicy: "IfNotPresent" };
    const first = { name: "first", ...image, command: ["sleep", "601"] };
    const profile = { type: "Localhost", localhostProfile: "no-chmod.json" };
    const second = {
      name: "second",
      ...image,
      command: ["sleep", "602"],
      securityContext: { seccompProfile: profile },
    };
    const spec = { shareProcessNamespace: true, containers: [first, second] };
    await cluster.apply(podOf({ name: "together", command: "", spec }));
    await cluster.ok("wait --for=condition=Ready pod/together --timeout=60s");
    const processes = await cluster.ok("exec together -c first -- ps -o args");
    for (const program of ["sleep 601", "sleep 602"]) assert.ok(processes.includes(program), processes);
    const chmod = (container: string) => cluster.kubectl(`exec together -c ${container} -- chmod 700 /tmp`);
    assert.equal((await chmod("first")).code, 0);
    assert.match((await chmod("second")).stderr, /chmod: \/tmp: Operation not permitted/);
    assert.equal(await jsonpath("pod/together", "{.status.containerStatuses[*].restartCount}"), "0 0");
    await cluster.ok("delete pod together");
  });
  it("gets its environment and volumes from ConfigMaps, Secrets and itself, and sees changes", async () => {
    await cluster.ok("create configmap conf --from-literal=greeting=hello");
    await cluster.ok("create secret generic hidden --from-literal=word=secret");
    await cluster.apply(
      podOf({
        name: "informed",
        command: "sleep 600",
        container: {
          env: [
            { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "WORD", valueFrom: { secretKeyRef: { name: "hidden", key: "word" } } },
            { name: "BOTH", value: "$(NAME)-$(WORD)" },
          ],
          envFrom: [{ configMapRef: { name: "conf" }, prefix: "C_" }],
          volumeMounts: [{ name: "all", mountPath: "/all" }],
        },
        spec: {
          volumes: [
            {
              name: "all",
              projected: {
                sources: [
                  { configMap: { name: "conf" } },
                  { secret: { name: "hidden" } },
                  { downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
                  { serviceAccountToken: { path: "token" } },
                ],
              },
            },
          ],
        },
      }),
    );
    await cluster.ok("wait --for=condition=Ready pod/informed --timeout=60s");
    const text = await cluster.ok([
      "exec",
      "informed",
      "--",
      "sh",
      "-c",
      "echo $BOTH $C_greeting; cat /all/greeting /all/word /all/labels",
    ]);
    assert.equal(text, 'informed-secret hello\nhellosecretapp="informed"');
    await cluster.ok(["patch", "configmap", "conf", "-p", '{"data":{"greeting":"changed"}}']);
    await eventually(
      async () => assert.equal(await cluster.ok("exec informed -- cat /all/greeting"), "changed"),
      90_000,
    );
  });
  it("runs what its lifecycle hooks say, and ends within its grace period", async () => {
    await cluster.apply(
      podOf({
        name: "polite",
        command: 'trap "exit 0" TERM; while true; do sleep 0.1; done',
        container: {
          lifecycle: {
            postStart: { exec: { command: ["touch", "/tmp/started"] } },
            preStop: { exec: { command: ["sh", "-c", "echo bye > /proc/1/fd/1"] } },
          },
        },
        spec: { terminationGracePeriodSeconds: 20 },
      }),
    );
    await cluster.ok("wait --for=condition=Ready pod/polite --timeout=60s");
    await cluster.ok("exec polite -- test -e /tmp/started");
    const following = cluster.kubectlStart("logs -f polite");
    const started = performance.now();
    await cluster.ok("delete pod polite");
    await following.exit;
    assert.match(following.stdout(), /bye/);
    assert.ok(performance.now() - started < 15_000, "it was killed instead of asked");
  });
});
