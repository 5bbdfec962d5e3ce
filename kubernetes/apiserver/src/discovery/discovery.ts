/** What this server serves, in the old form (a document per group version) and the aggregated one. */
import { apiVersionOf, type ResourceInfo, type SubresourceInfo } from "@skiff/api";

const ADDRESSES = [{ clientCIDR: "0.0.0.0/0", serverAddress: "" }];

/** The documents of these resources, by path. */
export function discoveryDocuments(resources: readonly ResourceInfo[]): ReadonlyMap<string, object> {
  const documents = new Map<string, object>();
  documents.set("/api", { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: ADDRESSES });
  const groups = Map.groupBy(
    resources.filter((info) => info.group !== ""),
    (info) => info.group,
  );
  const groupDocuments = Array.from(groups, ([name, infos]) => groupOf(name, infos));
  for (const group of groupDocuments) {
    documents.set(`/apis/${group.name}`, { kind: "APIGroup", apiVersion: "v1", ...group });
  }
  documents.set("/apis", { kind: "APIGroupList", apiVersion: "v1", groups: groupDocuments });
  for (const [groupVersion, infos] of Map.groupBy(resources, apiVersionOf)) {
    const path = infos[0]?.group === "" ? `/api/${groupVersion}` : `/apis/${groupVersion}`;
    documents.set(path, {
      kind: "APIResourceList",
      apiVersion: "v1",
      groupVersion,
      resources: infos.flatMap(resourceRows),
    });
  }
  return documents;
}

/** The two aggregated documents, by path. */
export function aggregatedDocuments(resources: readonly ResourceInfo[]): ReadonlyMap<string, object> {
  const byGroup = Map.groupBy(resources, (info) => info.group);
  const items = (wanted: (group: string) => boolean) =>
    Array.from(byGroup).flatMap(([group, infos]) => (wanted(group) ? [aggregatedGroup(group, infos)] : []));
  const document = (list: object[]) => ({
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: list,
  });
  return new Map([
    ["/api", document(items((group) => group === ""))],
    ["/apis", document(items((group) => group !== ""))],
  ]);
}

function groupOf(name: string, infos: readonly ResourceInfo[]) {
  const versions = [...new Set(infos.map((info) => info.version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceRows(info: ResourceInfo): object[] {
  const { plural: name, singular: singularName, namespaced, kind, verbs, shortNames, categories } = info;
  const row = {
    name,
    singularName,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
  return [row, ...info.subresources.map((sub) => subresourceRow(info, sub))];
}

function subresourceRow(info: ResourceInfo, sub: SubresourceInfo): object {
  const other = sub.group !== info.group || sub.version !== info.version;
  return {
    name: `${info.plural}/${sub.name}`,
    singularName: "",
    namespaced: info.namespaced,
    ...(other && { group: sub.group, version: sub.version }),
    kind: sub.kind,
    verbs: sub.verbs,
  };
}

function aggregatedGroup(group: string, infos: readonly ResourceInfo[]): object {
  const versions = Array.from(
    Map.groupBy(infos, (info) => info.version),
    ([version, list]) => ({ version, freshness: "Current", resources: list.map(aggregatedResource) }),
  );
  return { metadata: group === "" ? { creationTimestamp: null } : { name: group, creationTimestamp: null }, versions };
}

function aggregatedResource(info: ResourceInfo): object {
  const { plural, singular, kind, group, version, namespaced, verbs, shortNames, categories, subresources } = info;
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((sub) => ({
        subresource: sub.name,
        responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
        verbs: sub.verbs,
      })),
    }),
  };
}
