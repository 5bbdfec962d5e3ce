/** GET /info. */
import { existsSync, readFileSync } from "node:fs";
import { arch, cpus, hostname, machine, release, totalmem } from "node:os";
import { securityModules } from "@skiff/engine";
import { countsSwap } from "../containers/swap-limit.ts";
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { SERVER_VERSION } from "./version.ts";

export function info({ engine, now }: Deps): Handler {
  return async function info() {
    const [containers, images] = await Promise.all([engine.containers.list(), engine.images.list()]);
    const count = (state: string) => containers.filter((container) => container.state === state).length;
    return {
      status: 200,
      json: {
        ID: hostname(),
        Name: hostname(),
        Containers: containers.length,
        ContainersRunning: count("running"),
        ContainersPaused: count("paused"),
        ContainersStopped: count("exited") + count("created"),
        Images: images.length,
        Driver: "overlayfs",
        DriverStatus: [],
        Plugins: { Volume: ["local"], Network: ["bridge", "host", "null"], Authorization: null, Log: ["json-file"] },
        MemoryLimit: true,
        SwapLimit: countsSwap(),
        CpuCfsPeriod: true,
        CpuCfsQuota: true,
        CPUShares: true,
        CPUSet: true,
        PidsLimit: true,
        IPv4Forwarding: true,
        OomKillDisable: true,
        Debug: false,
        SystemTime: new Date(now()).toISOString(),
        LoggingDriver: "json-file",
        CgroupDriver: "cgroupfs",
        CgroupVersion: existsSync("/sys/fs/cgroup/cgroup.controllers") ? "2" : "1",
        Labels: [],
        BridgeNfIptables: isOn("/proc/sys/net/bridge/bridge-nf-call-iptables"),
        BridgeNfIp6tables: isOn("/proc/sys/net/bridge/bridge-nf-call-ip6tables"),
        KernelVersion: release(),
        OperatingSystem: "Skiff",
        OSType: "linux",
        OSVersion: "",
        Architecture: machine() || arch(),
        NCPU: cpus().length,
        MemTotal: totalmem(),
        IndexServerAddress: "https://index.docker.io/v1/",
        RegistryConfig: {
          InsecureRegistryCIDRs: ["127.0.0.0/8"],
          IndexConfigs: { "docker.io": { Name: "docker.io", Mirrors: [], Secure: true, Official: true } },
          Mirrors: [],
        },
        ServerVersion: SERVER_VERSION,
        Runtimes: { runc: { path: "runc" } },
        DefaultRuntime: "runc",
        Swarm: {
          NodeID: "",
          NodeAddr: "",
          LocalNodeState: "inactive",
          ControlAvailable: false,
          Error: "",
          RemoteManagers: null,
        },
        LiveRestoreEnabled: true,
        SecurityOptions: [
          ...(securityModules().apparmor ? ["name=apparmor"] : []),
          "name=seccomp,profile=default",
          ...(engine.users ? ["name=userns"] : []),
        ],
        Warnings: null,
      },
    };
  };
}

function isOn(path: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8").trim() === "1";
}
