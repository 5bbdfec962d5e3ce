/** Tables of the core and discovery groups: how Pods are reached. */
import type * as core from "../generated/types/core/v1.ts";
import type { EndpointSlice } from "../generated/types/discovery/v1.ts";
import { firstThree, labelsText } from "./cells.ts";
import { ageColumn, type Column, NONE, nameColumn } from "./column.ts";

/** Services. */
export const serviceColumns: readonly Column<core.Service>[] = [
  nameColumn,
  { name: "Type", cell: ({ spec }) => spec.type ?? "" },
  { name: "Cluster-IP", cell: ({ spec }) => spec.clusterIPs?.[0] || spec.clusterIP || NONE },
  { name: "External-IP", cell: externalIp },
  { name: "Port(s)", cell: ({ spec }) => (spec.ports ?? []).map(portText).join(",") || NONE },
  ageColumn,
  { name: "Selector", wide: true, cell: ({ spec }) => labelsText(spec.selector) },
];

function externalIp({ spec, status }: core.Service): string {
  if (spec.type === "ExternalName") return spec.externalName ?? "";
  const assigned = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
  const all = [...(spec.type === "LoadBalancer" ? assigned : []), ...(spec.externalIPs ?? [])].filter(Boolean);
  return all.join(",") || (spec.type === "LoadBalancer" ? "<pending>" : NONE);
}

function portText({ port, nodePort, protocol }: core.ServicePort): string {
  return `${port}${nodePort ? `:${nodePort}` : ""}/${protocol ?? "TCP"}`;
}

/** Endpoints. */
export const endpointsColumns: readonly Column<core.Endpoints>[] = [
  nameColumn,
  { name: "Endpoints", cell: ({ subsets }) => firstThree((subsets ?? []).flatMap(subsetText), NONE) },
  ageColumn,
];

function subsetText({ addresses, ports }: core.EndpointSubset): string[] {
  const hosts = (addresses ?? []).map(({ ip }) => (ip.includes(":") ? `[${ip}]` : ip));
  if (!ports?.length) return hosts;
  return ports.flatMap(({ port }) => hosts.map((host) => `${host}:${port}`));
}

/** Endpoint slices. */
export const endpointSliceColumns: readonly Column<EndpointSlice>[] = [
  nameColumn,
  { name: "AddressType", cell: ({ addressType }) => addressType },
  {
    name: "Ports",
    cell: ({ ports }) =>
      firstThree(
        (ports ?? []).map(({ port, name }) => String(port ?? name ?? "")),
        "<unset>",
      ),
  },
  {
    name: "Endpoints",
    cell: ({ endpoints }) =>
      firstThree(
        (endpoints ?? []).flatMap(({ addresses }) => addresses),
        "<unset>",
      ),
  },
  ageColumn,
];
