/** The DNS settings of a Pod. */
import { readFile } from "node:fs/promises";
import type { Pod } from "@skiff/api/core/v1";
import type { DNSConfig } from "@skiff/engine/cri";

/** What a resolv.conf file says. */
export interface Resolver {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
/** Where systemd-resolved keeps the real servers behind its stub. */
const UPSTREAM_OF_STUB = "/run/systemd/resolve/resolv.conf";

/** Reads resolv.conf(5). A later `search` replaces an earlier one. */
export function parseResolvConf(text: string): Resolver {
  const servers: string[] = [];
  let searches: string[] = [];
  let options: string[] = [];
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, "")
      .trim()
      .split(/\s+/);
    if (keyword === "nameserver" && values[0]) servers.push(values[0]);
    if (keyword === "search" || keyword === "domain") searches = values;
    if (keyword === "options") options = values;
  }
  return { servers, searches, options };
}

/** The node's own resolver, past a local stub that Pods could not reach. */
export async function hostResolver(): Promise<Resolver> {
  const own = parseResolvConf(await readFile("/etc/resolv.conf", "utf8"));
  if (!own.servers.every((server) => server === "127.0.0.53")) return own;
  try {
    return parseResolvConf(await readFile(UPSTREAM_OF_STUB, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return own;
    throw error;
  }
}

/** The resolver of `pod` by its `dnsPolicy`, with its `dnsConfig` added. */
export function podResolver(pod: Pod, cluster: { dns: string; domain: string }, host: Resolver): DNSConfig {
  const { dnsPolicy = "ClusterFirst", hostNetwork, dnsConfig } = pod.spec;
  const clusterFirst = dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  const base = clusterFirst
    ? clusterResolver(pod.metadata.namespace ?? "default", cluster, host)
    : dnsPolicy === "None"
      ? { servers: [], searches: [], options: [] }
      : host;
  const extra = (dnsConfig?.options ?? []).map(({ name = "", value }) => (value ? `${name}:${value}` : name));
  const overridden = new Set(extra.map(optionName));
  return {
    servers: unique([...base.servers, ...(dnsConfig?.nameservers ?? [])]).slice(0, MAX_SERVERS),
    searches: unique([...base.searches, ...(dnsConfig?.searches ?? [])]).slice(0, MAX_SEARCHES),
    options: [...base.options.filter((option) => !overridden.has(optionName(option))), ...extra],
  };
}

function clusterResolver(
  namespace: string,
  { dns, domain }: { dns: string; domain: string },
  host: Resolver,
): Resolver {
  return {
    servers: [dns],
    searches: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...host.searches],
    options: ["ndots:5"],
  };
}

function optionName(option: string): string {
  return option.split(":", 1)[0] ?? option;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
