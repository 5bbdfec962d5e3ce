import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { ContainerSpec } from "../container-spec.ts";
import { type OciNamespace, ociConfig } from "./oci-config.ts";

const namespaces: OciNamespace[] = [
  { type: "mount" },
  { type: "network", path: "/run/x/ns/net" },
  { type: "pid" },
  { type: "ipc" },
  { type: "uts" },
];

const table: { name: string; spec: ContainerSpec }[] = [
  { name: "default", spec: { root: { image: "busybox" } } },
  {
    name: "limited",
    spec: {
      root: { image: "busybox" },
      resources: { memory: 67108864, cpuQuota: 50000, cpuShares: 512, pids: 100, oomScoreAdj: 937 },
      mounts: [
        { type: "bind", source: "/data", target: "/a/b", readonly: true, propagation: "host-to-container" },
        { type: "tmpfs", target: "/a", size: 1024 },
      ],
      security: {
        capDrop: ["ALL"],
        capAdd: ["NET_BIND_SERVICE"],
        noNewPrivileges: true,
        readonlyRootfs: true,
        seccomp: "unconfined",
      },
      tty: true,
      rlimits: [{ type: "RLIMIT_NOFILE", soft: 1024, hard: 2048 }],
    },
  },
  {
    name: "confined",
    spec: {
      root: { image: "busybox" },
      security: {
        seccomp: { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ name: "chmod", action: "SCMP_ACT_ERRNO" }] },
        apparmor: "strict",
        selinux: { type: "strict_t" },
      },
    },
  },
  {
    name: "block-limits",
    spec: {
      root: { image: "busybox" },
      ipc: "none",
      resources: { block: { weight: 300, readBps: [{ path: "/dev/disk", rate: 1024 }] } },
      mounts: [{ type: "bind", source: "/data", target: "/a", recursive: false }],
    },
  },
  { name: "privileged", spec: { root: { image: "busybox" }, security: { privileged: true } } },
];

// UPDATE_GOLDEN=1 writes the expected files anew.
describe("ociConfig()", () => {
  for (const { name, spec } of table) {
    it(`gives testdata/${name}.json`, () => {
      const config = ociConfig({
        spec,
        ...{ args: ["sh"], env: ["PATH=/bin"], cwd: "/", user: { uid: 0, gid: 0, groups: [10], home: "/" } },
        id: "1234567890abcdef",
        ...{ rootfs: "/run/x/m/1", hostname: "one", namespaces, files: [], cgroupPath: "/skiff/1" },
        host: {
          cgroupVersion: 1,
          architecture: "x64",
          x32: true,
          kernel: "6.1.0",
          modules: {
            apparmor: true,
            selinux: { process: "system_u:system_r:container_t:s0", file: "system_u:object_r:container_file_t:s0" },
          },
          capabilities: (1n << 41n) - 1n,
          devices: [{ path: "/dev/disk", type: "b", major: 8, minor: 1 }],
          lowestOomScoreAdj: -1000,
        },
      });
      const text = `${JSON.stringify(config, undefined, 2)}\n`;
      const golden = new URL(`./testdata/${name}.json`, import.meta.url);
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, text);
      assert.equal(text, readFileSync(golden, "utf8"));
    });
  }
});
