import type { Resource } from "@skiff/api";
import type { CustomResourceDefinition } from "@skiff/api/apiextensions/v1";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The resource a custom resource definition has the server serve, in its stored version where that is served; undefined before it does. */
export function definedResource<T>({ spec, status }: CustomResourceDefinition): Resource<T> | undefined {
  const isServed = status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True");
  const version =
    spec.versions.find(({ served, storage }) => served && storage) ?? spec.versions.find(({ served }) => served);
  if (!isServed || !version) return undefined;
  const { plural, singular = "", kind, listKind = `${kind}List` } = status?.acceptedNames ?? spec.names;
  return {
    group: spec.group,
    version: version.name,
    plural,
    singular,
    kind,
    listKind,
    namespaced: spec.scope === "Namespaced",
    shortNames: [],
    categories: [],
    verbs: VERBS,
    subresources: [],
    storageVersion: true,
    typeName: `${spec.group}/${version.name}.${kind}`,
  };
}
