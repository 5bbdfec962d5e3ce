import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "@skiff/linux";
import type { Dns } from "../container-spec.ts";
import type { Endpoint } from "../user-networks.ts";
import { resolverOf } from "./container-networks.ts";

/** The three files that name things in a container. */
export interface NameFiles {
  readonly hosts: string;
  readonly hostname: string;
  readonly resolvConf: string;
}

/** Where those files of something in `directory` are. */
export function nameFilesIn(directory: string): NameFiles {
  return {
    hosts: join(directory, "hosts"),
    hostname: join(directory, "hostname"),
    resolvConf: join(directory, "resolv.conf"),
  };
}

/** Writes them. */
export async function writeNameFiles(
  directory: string,
  o: {
    readonly hostname: string;
    readonly domainname?: string | undefined;
    readonly addresses?: readonly string[] | undefined;
    /** Decide whose name server it asks. */
    readonly endpoints?: readonly Endpoint[] | undefined;
    readonly dns?: Dns | undefined;
    readonly extraHosts?: readonly { readonly name: string; readonly address: string }[] | undefined;
  },
): Promise<NameFiles> {
  await mkdir(directory, { recursive: true });
  const files = nameFilesIn(directory);
  const full = o.domainname ? [`${o.hostname}.${o.domainname}`] : [];
  const lines = [
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "ff00::0\tip6-mcastprefix",
    "ff02::1\tip6-allnodes",
    "ff02::2\tip6-allrouters",
    ...(o.addresses ?? []).map((address) => `${address}\t${[...full, o.hostname].join(" ")}`),
    ...(o.extraHosts ?? []).map(({ name, address }) => `${address}\t${name}`),
  ];
  const write = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o644 });
  await Promise.all([
    write(files.hosts, `${lines.join("\n")}\n`),
    write(files.hostname, `${o.hostname}\n`),
    write(files.resolvConf, resolvConf(o.endpoints ? resolverOf(o.endpoints, o.dns) : o.dns, hostResolvConf())),
  ]);
  return files;
}

/** What resolv.conf says: the settings given, and the host's where one is not. */
export function resolvConf(dns: Dns | undefined, host: string): string {
  if (!dns?.servers?.length && !dns?.searches?.length && !dns?.options?.length) return host;
  const lines = host.split("\n");
  const inherited = (keyword: string): string[] => lines.filter((line) => line.startsWith(`${keyword} `));
  const servers = dns.servers?.length ? dns.servers.map((server) => `nameserver ${server}`) : inherited("nameserver");
  const search = dns.searches?.length ? [`search ${dns.searches.join(" ")}`] : inherited("search");
  const options = dns.options?.length ? [`options ${dns.options.join(" ")}`] : inherited("options");
  return `${[...search, ...servers, ...options].join("\n")}\n`;
}

/** The host's resolv.conf; the one behind it where it names a resolver on loopback, which a container could not reach. */
export function hostResolvConf(): string {
  const own = readOptional("/etc/resolv.conf");
  const servers = own.split("\n").filter((line) => line.startsWith("nameserver "));
  const reachable = servers.some((line) => !/\s(127\.|::1)/.test(line));
  return servers.length === 0 || reachable ? own : readOptional("/run/systemd/resolve/resolv.conf") || own;
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "";
    throw error;
  }
}
