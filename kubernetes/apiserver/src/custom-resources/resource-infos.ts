/** What a definition serves: one resource for each of its versions. */
import type { ResourceInfo, SubresourceInfo } from "@skiff/api";
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "@skiff/api/apiextensions/v1";
import { customObjectType } from "@skiff/api/structural";
import { byPriority } from "./version-order.ts";

const VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
const PART_VERBS = ["get", "patch", "update"];

/** The resources of an established definition, served or not, the version clients should prefer first. */
export function resourceInfos(definition: CustomResourceDefinition): ResourceInfo[] {
  const { spec, status, metadata } = definition;
  const names = status?.acceptedNames ?? spec.names;
  // While instances are being deleted no new ones may come.
  const ending = metadata.deletionTimestamp !== undefined;
  const verbs = ending ? VERBS.filter((verb) => verb !== "create") : VERBS;
  return spec.versions
    .toSorted((a, b) => byPriority(a.name, b.name))
    .map((version) => ({
      group: spec.group,
      version: version.name,
      plural: names.plural,
      singular: names.singular ?? "",
      kind: names.kind,
      listKind: names.listKind ?? `${names.kind}List`,
      namespaced: spec.scope === "Namespaced",
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      verbs,
      subresources: subresourcesOf(definition, version),
      storageVersion: version.storage,
      typeName: `${spec.group}/${version.name}.${names.kind}`,
      objectType: customObjectType(spec, version),
    }));
}

function subresourcesOf(
  { spec }: CustomResourceDefinition,
  { name, subresources }: CustomResourceDefinitionVersion,
): SubresourceInfo[] {
  const { group, names } = spec;
  const parts: SubresourceInfo[] = [];
  if (subresources?.status) parts.push({ name: "status", kind: names.kind, group, version: name, verbs: PART_VERBS });
  if (subresources?.scale) {
    parts.push({ name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: PART_VERBS });
  }
  return parts;
}
