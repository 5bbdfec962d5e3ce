/** What an instance decided once and keeps: its name, ports and address ranges (`config.json` in its data directory). */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { DEFAULT_NAME, type Layout } from "../layout.ts";
import { claimNetworks, reclaimNetworks } from "./networks.ts";

export interface InstanceConfig {
  readonly name: string;
  readonly nodeName: string;
  /** Port of the Kubernetes API. */
  readonly apiPort: number;
  /** Port of the kubelet's API. */
  readonly kubeletPort: number;
  readonly networkSlot: number;
  readonly serviceCidr: string;
  readonly podCidr: string;
  /** First address of `serviceCidr`: the Service `kubernetes`. */
  readonly apiServiceAddress: string;
  /** Tenth address of `serviceCidr`: the cluster DNS. */
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  /** Where the state is kept, as `--datastore` named it; the embedded store when missing. Holds no secrets. */
  readonly datastore?: string;
  /** Path of the EncryptionConfiguration, as `--encryption-provider-config` named it. */
  readonly encryptionConfig?: string;
  /** Whose subordinate ids stand for those of containers, as `--userns-remap` named it; none when missing or "none". */
  readonly usernsRemap?: string;
  /** Socket of the CRI runtime that runs the Pods, as `--container-runtime-endpoint` named it; the engine when missing or "none". */
  readonly containerRuntimeEndpoint?: string;
}

/** What a start may decide. What it leaves out stays as it was. */
export interface ConfigChoice {
  readonly port?: number | undefined;
  readonly datastore?: string | undefined;
  readonly encryptionConfig?: string | undefined;
  readonly containerRuntimeEndpoint?: string | undefined;
  readonly usernsRemap?: string | undefined;
}

/** The instance's configuration, or undefined when it was never started. */
export function readConfig(layout: Layout): InstanceConfig | undefined {
  try {
    return JSON.parse(readFileSync(layout.config, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`cannot read ${layout.config}: ${(error as Error).message}`);
  }
}

/**
 * The instance's configuration, made and kept when this is its first start. Without a `port` the
 * default instance takes 6443 and others any free one; it cannot be changed later, the other choices can. Throws when the data directory belongs to another name, or a port is taken.
 */
export async function ensureConfig(layout: Layout, { port, ...choice }: ConfigChoice = {}): Promise<InstanceConfig> {
  const existing = readConfig(layout);
  if (existing) {
    if (existing.name !== layout.name) throw new Error(`${layout.data} belongs to the instance "${existing.name}"`);
    if (port !== undefined && port !== existing.apiPort) {
      throw new Error(`this instance answers on port ${existing.apiPort}: the port of an instance cannot be changed`);
    }
    reclaimNetworks(existing.networkSlot, layout.data);
    const chosen = { ...existing, ...given(choice) };
    return isDeepStrictEqual(chosen, existing) ? existing : writeConfig(layout, chosen);
  }
  const isDefault = layout.name === DEFAULT_NAME;
  const apiPort = await freePort(port ?? (isDefault ? 6443 : 0));
  const kubeletPort = await freePort(isDefault ? 10250 : 0);
  mkdirSync(layout.data, { recursive: true, mode: 0o711 });
  const { slot, serviceCidr, podCidr } = claimNetworks(layout.data);
  const prefix = serviceCidr.split(".").slice(0, 2).join(".");
  const config: InstanceConfig = {
    name: layout.name,
    nodeName: hostname().toLowerCase(),
    apiPort,
    kubeletPort,
    networkSlot: slot,
    serviceCidr,
    podCidr,
    apiServiceAddress: `${prefix}.0.1`,
    dnsAddress: `${prefix}.0.10`,
    clusterDomain: "cluster.local",
    ...given(choice),
  };
  return writeConfig(layout, config);
}

function given({
  datastore,
  encryptionConfig,
  containerRuntimeEndpoint,
  usernsRemap,
}: ConfigChoice): Omit<Partial<InstanceConfig>, "port"> {
  return {
    ...(datastore !== undefined && { datastore }),
    ...(encryptionConfig !== undefined && { encryptionConfig }),
    ...(containerRuntimeEndpoint !== undefined && { containerRuntimeEndpoint }),
    ...(usernsRemap !== undefined && { usernsRemap }),
  };
}

function writeConfig(layout: Layout, config: InstanceConfig): InstanceConfig {
  writeFileSync(`${layout.config}.new`, `${JSON.stringify(config, null, 2)}\n`);
  renameSync(`${layout.config}.new`, layout.config);
  return config;
}

/** The address other machines and Pods reach this one at: that of the interface with the default route, else any but loopback's. */
export function machineAddress(): string {
  const interfaces = networkInterfaces();
  const named = defaultRouteInterface();
  const candidates = [
    ...(named ? (interfaces[named] ?? []) : []),
    ...Object.values(interfaces).flatMap((a) => a ?? []),
  ];
  const found = candidates.find(({ family, internal }) => family === "IPv4" && !internal);
  if (!found) throw new Error("cannot find this machine's address: no interface but loopback has an IPv4 address");
  return found.address;
}

function defaultRouteInterface(): string | undefined {
  if (!existsSync("/proc/net/route")) return undefined;
  const lines = readFileSync("/proc/net/route", "utf8").split("\n").slice(1);
  return lines
    .map((line) => line.split("\t"))
    .find(([, destination, , , , , , mask]) => destination === "00000000" && mask === "00000000")?.[0];
}

/** `wanted` when nothing listens on it, or any free port for 0. Throws when it is taken. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new Error(`port ${wanted} is in use: choose another with --port`) : error),
    );
    server.listen(wanted, () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}
