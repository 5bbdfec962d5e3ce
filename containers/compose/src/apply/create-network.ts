/** A network is made. */
import { DockerApiError } from "@skiff/docker/client";
import type { NetworkSource } from "../model.ts";
import { LABEL, networkLabels } from "../plan/labels.ts";
import type { Site } from "./site.ts";

/** Makes the network that the file calls `key`. One of that name that somebody else made meanwhile, or before, is used. */
export async function createNetwork({ context, project }: Site, key: string): Promise<void> {
  const { client, progress, signal } = context;
  const network = project.networks[key];
  if (network === undefined) throw new Error(`the project has no network ${key}`);
  const id = `Network ${network.name}`;
  progress.event({ id, text: "Creating", status: "working" });
  const json = {
    Name: network.name,
    CheckDuplicate: true,
    Labels: networkLabels(project, key, network),
    ...{ Driver: network.driver, Options: network.driver_opts },
    ...{ Internal: network.internal, Attachable: network.attachable },
    ...{ EnableIPv4: network.enable_ipv4, EnableIPv6: network.enable_ipv6 },
    IPAM: ipam(network),
  };
  try {
    await client.json("/networks/create", { method: "POST", json, signal });
  } catch (error) {
    if (error instanceof DockerApiError && error.status === 409) return useExisting({ context, project }, key, network);
    progress.event({ id, text: "Error", status: "error" });
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`failed to create network ${network.name}: ${message}`, { cause: error });
  }
  progress.event({ id, text: "Created", status: "done" });
}

async function useExisting(
  { context, project }: Pick<Site, "context" | "project">,
  key: string,
  { name }: NetworkSource,
): Promise<void> {
  const { client, progress, signal } = context;
  const { Labels } = await client.json<{ readonly Labels: Readonly<Record<string, string>> | null }>(
    `/networks/${encodeURIComponent(name)}`,
    { signal },
  );
  const owner = Labels?.[LABEL.project];
  if (owner === undefined)
    progress.warn(
      `a network with name ${name} exists but was not created by compose.\nSet \`external: true\` to use an existing network`,
    );
  else if (owner !== project.name)
    progress.warn(
      `a network with name ${name} exists but was not created for project "${project.name}".\nSet \`external: true\` to use an existing network`,
    );
  const actual = Labels?.[LABEL.network] ?? "";
  if (actual !== key)
    throw new Error(
      `network ${name} was found but has incorrect label ${LABEL.network} set to "${actual}" (expected: "${key}")`,
    );
  progress.event({ id: `Network ${name}`, text: "Created", status: "done" });
}

function ipam({ ipam: { driver, config, options } }: NetworkSource): object | undefined {
  if (driver === undefined && (config ?? []).length === 0) return undefined;
  return {
    Driver: driver,
    Options: options,
    Config: (config ?? []).map(({ subnet, ip_range, gateway, aux_addresses }) => ({
      ...{ Subnet: subnet, IPRange: ip_range, Gateway: gateway, AuxiliaryAddresses: aux_addresses },
    })),
  };
}
