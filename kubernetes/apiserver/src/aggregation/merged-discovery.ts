/** Discovery documents with the groups of other servers put in. */
import type { APIService } from "@skiff/api/apiregistration/v1";
import { isAvailable, type RemoteApiService } from "./api-services.ts";
import type { RemoteDocument, ResourceRow } from "./remote-documents.ts";

/** A version as an APIGroup lists it. */
interface GroupVersion {
  readonly groupVersion: string;
  readonly version: string;
}

/** An APIGroup without its kind. */
export interface Group {
  readonly name: string;
  readonly versions: readonly GroupVersion[];
  readonly preferredVersion?: GroupVersion | undefined;
}

/** A group of the aggregated document. */
export interface DiscoveryGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly DiscoveryVersion[];
}

interface DiscoveryVersion {
  readonly version: string;
  readonly freshness: string;
  readonly resources: readonly object[];
}

/** The groups with those of `remotes`: a group this server has too gets more versions, another comes where its priority puts it. */
export function mergeGroups(local: readonly Group[], all: readonly APIService[]): Group[] {
  const remotes = all.filter(({ spec }) => spec.service !== undefined && spec.group);
  const merged = new Map(local.map((group) => [group.name, group]));
  for (const { spec } of remotes.toSorted(byVersionPriority)) {
    const { group = "", version = "" } = spec;
    const own = merged.get(group);
    const added = { groupVersion: `${group}/${version}`, version };
    const versions = [...(own?.versions ?? []).filter((other) => other.version !== version), added];
    merged.set(group, { name: group, versions, preferredVersion: own?.preferredVersion ?? added });
  }
  const places = groupOrder(all);
  return [...merged.values()].toSorted((a, b) => places(a.name) - places(b.name));
}

/** As `mergeGroups`, of the aggregated document. The versions of a server that does not answer are as they were last known. */
export function mergeDiscovery(
  local: readonly DiscoveryGroup[],
  all: readonly APIService[],
  documentOf: (groupVersion: string) => RemoteDocument | undefined,
): DiscoveryGroup[] {
  const remotes = all.filter(({ spec }) => spec.service !== undefined && spec.group) as RemoteApiService[];
  const merged = new Map(local.map((group) => [group.metadata.name ?? "", group]));
  for (const service of remotes.toSorted(byVersionPriority)) {
    const { group = "", version = "" } = service.spec;
    const document = documentOf(`${group}/${version}`);
    const freshness = isAvailable(service) && document ? "Current" : "Stale";
    const added = { version, freshness, resources: discoveryResources(group, version, document?.resources ?? []) };
    const own = merged.get(group);
    const versions = [...(own?.versions ?? []).filter((other) => other.version !== version), added];
    merged.set(group, { metadata: own?.metadata ?? { name: group }, versions });
  }
  const places = groupOrder(all);
  return [...merged.values()].toSorted((a, b) => places(a.metadata.name ?? "") - places(b.metadata.name ?? ""));
}

/** Rows of an APIResourceList in the form of the aggregated document: subresources under their resource. */
function discoveryResources(group: string, version: string, rows: readonly ResourceRow[]): object[] {
  const kindOf = (row: ResourceRow) => ({
    group: row.group ?? group,
    version: row.version ?? version,
    kind: row.kind,
  });
  return rows
    .filter(({ name }) => !name.includes("/"))
    .map((row) => {
      const subresources = rows
        .filter(({ name }) => name.startsWith(`${row.name}/`))
        .map((sub) => ({
          subresource: sub.name.slice(row.name.length + 1),
          responseKind: kindOf(sub),
          verbs: sub.verbs ?? [],
        }));
      return {
        resource: row.name,
        responseKind: kindOf(row),
        scope: row.namespaced ? "Namespaced" : "Cluster",
        singularResource: row.singularName ?? "",
        verbs: row.verbs ?? [],
        ...(row.shortNames && { shortNames: row.shortNames }),
        ...(row.categories && { categories: row.categories }),
        ...(subresources.length > 0 && { subresources }),
      };
    });
}

function byVersionPriority(a: APIService, b: APIService): number {
  return b.spec.versionPriority - a.spec.versionPriority || (a.spec.version ?? "").localeCompare(b.spec.version ?? "");
}

/** The place of each group: the higher the priority its APIServices ask for, the earlier; then by name. */
function groupOrder(all: readonly APIService[]): (group: string) => number {
  const priorities = new Map<string, number>();
  for (const { spec } of all) {
    const group = spec.group ?? "";
    priorities.set(group, Math.max(priorities.get(group) ?? 0, spec.groupPriorityMinimum));
  }
  const sorted = [...priorities].toSorted(([a, pa], [b, pb]) => pb - pa || (a < b ? -1 : 1)).map(([name]) => name);
  const places = new Map(sorted.map((name, index) => [name, index]));
  // What registers the others is never registered itself, and comes first: its names are to win.
  places.set("apiregistration.k8s.io", -1);
  // Any other group without an APIService is one whose registration is on its way.
  return (group) => places.get(group) ?? sorted.length;
}
