/** `skiff down --purge` leaves nothing of an instance on the machine. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startCluster } from "./support/cluster.ts";
import { addressesIn, cgroupsNaming, mountsBelow, processesNaming, tablesNamed } from "./support/host.ts";
import { deploymentOf, serviceOf } from "./support/manifests.ts";

describe("skiff down --purge", () => {
  it("leaves no mount, namespace, cgroup, link, packet rule, process or file", async () => {
    const name = "t-purge";
    const run = `/run/skiff-${name}`;
    const cluster = await startCluster(name);
    const { serviceCidr, podCidr } = JSON.parse(readFileSync(join(cluster.data, "config.json"), "utf8"));
    const prefixes = [serviceCidr, podCidr].map((cidr: string) => `${cidr.split(".").slice(0, 2).join(".")}.`);
    assert.equal((await cluster.skiff("pull busybox:1")).code, 0);
    await cluster.apply(
      deploymentOf({
        name: "web",
        replicas: 2,
        command: "exec httpd -f -p 8080",
        container: {
          volumeMounts: [{ name: "scratch", mountPath: "/scratch" }],
          ports: [{ containerPort: 8080 }],
        },
        spec: { volumes: [{ name: "scratch", emptyDir: { medium: "Memory" } }] },
      }),
    );
    await cluster.apply(serviceOf("web", 8080));
    await cluster.ok("rollout status deployment/web --timeout=60s");
    const detached = await cluster.skiff("run -d busybox:1 sleep 600");
    assert.equal(detached.code, 0, detached.stderr);
    // The checks below would pass for nothing if they saw nothing now.
    assert.ok(processesNaming(`skiff-${name}`).length > 2);
    assert.ok(mountsBelow(run, cluster.data).length > 2);
    assert.ok(addressesIn(...prefixes).length > 0);
    assert.ok(tablesNamed(`skiff-${name}-`).length > 0);
    assert.ok(cgroupsNaming(`skiff-${name}`).length > 0);

    const down = await cluster.skiff("down --purge");
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual(processesNaming(`skiff-${name}`), []);
    assert.deepEqual(mountsBelow(run, cluster.data), []);
    assert.deepEqual(addressesIn(...prefixes), []);
    assert.deepEqual(tablesNamed(`skiff-${name}-`), []);
    assert.deepEqual(cgroupsNaming(`skiff-${name}`), []);
    assert.equal(existsSync(run), false);
    assert.equal(existsSync(cluster.data), false);
    await cluster[Symbol.asyncDispose]();
  });
});
