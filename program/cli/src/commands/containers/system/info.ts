/** `skiff info`: the engine and the machine it runs on. */

import { VERSION } from "../../../version.ts";
import { template } from "../formatting/format-rows.ts";
import { binarySize } from "../formatting/units.ts";
import { withDefaults } from "../inspect-zeroes.ts";
import { verb } from "../verb.ts";

interface Info {
  readonly ID: string;
  readonly Name: string;
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly LoggingDriver: string;
  readonly CgroupDriver: string;
  readonly CgroupVersion: string;
  readonly Plugins: Readonly<Record<"Volume" | "Network" | "Log", readonly string[]>>;
  readonly Swarm: { readonly LocalNodeState: string };
  readonly Runtimes: Readonly<Record<string, unknown>>;
  readonly DefaultRuntime: string;
  readonly SecurityOptions: readonly string[];
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly DockerRootDir?: string;
  readonly Debug: boolean;
  readonly RegistryConfig: {
    readonly InsecureRegistryCIDRs: readonly string[];
    readonly Mirrors: readonly string[] | null;
  };
  readonly LiveRestoreEnabled: boolean;
  readonly Warnings: readonly string[] | null;
}

export const run = verb(
  {
    usage: "skiff info [OPTIONS]",
    about: "Shows the engine and the machine it runs on",
    operands: { min: 0, max: 0 },
    flags: { format: "value" },
    short: { f: "format" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const own = { Debug: false, Version: VERSION, Context: "default", Plugins: [], Warnings: null };
    const format = flags.value("format");
    const print =
      format === undefined || format === "" ? undefined : template(format === "json" ? "{{json .}}" : format);
    const info = await client.json<Info>("/info");
    if (print) {
      process.stdout.write(`${print(withDefaults({ ...info, ClientInfo: own }, ZEROES))}\n`);
      return 0;
    }
    process.stdout.write(
      `Client:\n Version:    ${VERSION}\n Context:    default\n Debug Mode: false\n\n${describe(info)}`,
    );
    for (const warning of info.Warnings ?? []) process.stderr.write(`${warning}\n`);
    return 0;
  },
);

/** What newer and older engines leave out. */
const ZEROES = { DockerRootDir: "", ExperimentalBuild: false, InitBinary: "", Isolation: "", Warnings: [] };

function describe(info: Info): string {
  const security = info.SecurityOptions.flatMap((option) => {
    const [name = "", ...rest] = option.split(",").map((part) => part.split("=", 2)[1] ?? "");
    return [`  ${name}`, ...rest.map((value) => `   Profile: ${value}`)];
  });
  const mirrors = info.RegistryConfig.Mirrors ?? [];
  return `${[
    "Server:",
    ` Containers: ${info.Containers}`,
    `  Running: ${info.ContainersRunning}`,
    `  Paused: ${info.ContainersPaused}`,
    `  Stopped: ${info.ContainersStopped}`,
    ` Images: ${info.Images}`,
    ` Server Version: ${info.ServerVersion}`,
    ` Storage Driver: ${info.Driver}`,
    ` Logging Driver: ${info.LoggingDriver}`,
    ` Cgroup Driver: ${info.CgroupDriver}`,
    ` Cgroup Version: ${info.CgroupVersion}`,
    " Plugins:",
    `  Volume: ${info.Plugins.Volume.join(" ")}`,
    `  Network: ${info.Plugins.Network.join(" ")}`,
    `  Log: ${info.Plugins.Log.join(" ")}`,
    ` Swarm: ${info.Swarm.LocalNodeState}`,
    ` Runtimes: ${Object.keys(info.Runtimes).join(" ")}`,
    ` Default Runtime: ${info.DefaultRuntime}`,
    " Security Options:",
    ...security,
    ` Kernel Version: ${info.KernelVersion}`,
    ` Operating System: ${info.OperatingSystem}`,
    ` OSType: ${info.OSType}`,
    ` Architecture: ${info.Architecture}`,
    ` CPUs: ${info.NCPU}`,
    ` Total Memory: ${binarySize(info.MemTotal)}`,
    ` Name: ${info.Name}`,
    ` ID: ${info.ID}`,
    ` Docker Root Dir: ${info.DockerRootDir ?? ""}`,
    ` Debug Mode: ${info.Debug}`,
    " Experimental: false",
    " Insecure Registries:",
    ...info.RegistryConfig.InsecureRegistryCIDRs.map((range) => `  ${range}`),
    ...(mirrors.length > 0 ? [" Registry Mirrors:", ...mirrors.map((mirror) => `  ${mirror}`)] : []),
    ` Live Restore Enabled: ${info.LiveRestoreEnabled}`,
  ].join("\n")}\n\n`;
}
