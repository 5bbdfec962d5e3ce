/** The paths of a resource and what can be done there, in neither dialect yet. */
import type { ResourceInfo, SubresourceInfo } from "../resource-info.ts";
import { resources } from "../resources.ts";
import { findType } from "../schema/type-info.ts";

/** One operation at one path. `body` and `answer` are type names. */
export interface Operation {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly action: string;
  readonly id: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly body?: string | undefined;
  readonly answer: string;
}

const LIST_QUERY = [
  "allowWatchBookmarks",
  "continue",
  "fieldSelector",
  "labelSelector",
  "limit",
  "resourceVersion",
  "resourceVersionMatch",
  "sendInitialEvents",
  "timeoutSeconds",
  "watch",
];
const WRITE_QUERY = ["dryRun", "fieldManager", "fieldValidation"];
const DELETE_QUERY = ["dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"];
const STATUS = "meta/v1.Status";
const DELETE_OPTIONS = "meta/v1.DeleteOptions";

/** Every operation of the resources of one group and version. */
export function operationsOf(group: string, version: string): Operation[] {
  return resources.filter((info) => info.group === group && info.version === version).flatMap(operationsOfResource);
}

/** Every operation of one resource. */
export function operationsOfResource(info: ResourceInfo): Operation[] {
  return [...collection(info), ...item(info), ...info.subresources.flatMap((sub) => below(info, sub))];
}

/** The path prefix of a group and version: `/api/v1`, `/apis/apps/v1`. */
export function prefixOf(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

function base(info: ResourceInfo): string {
  const prefix = prefixOf(info.group, info.version);
  return info.namespaced ? `${prefix}/namespaces/{namespace}/${info.plural}` : `${prefix}/${info.plural}`;
}

type Draft = Omit<Operation, "group" | "version" | "kind" | "id"> & { readonly as: string };

function named(info: ResourceInfo, drafts: readonly (Draft & { readonly verb: string })[]): Operation[] {
  const scope = info.namespaced ? "Namespaced" : "";
  const home = `${info.group.split(".")[0] || "core"}_${info.version}`;
  const suffix = home.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  return drafts
    .filter(({ verb }) => info.verbs.includes(verb))
    .map(({ as, verb: _, ...draft }) => ({
      ...draft,
      group: info.group,
      version: info.version,
      kind: info.kind,
      id: `${as}${suffix}${scope}${info.kind}`,
    }));
}

function collection(info: ResourceInfo): Operation[] {
  const path = base(info);
  const list = {
    method: "get",
    action: "list",
    query: LIST_QUERY,
    answer: `${info.typeName}List`,
    verb: "list",
  } as const;
  const everywhere = { ...list, as: "listAll", path: `${prefixOf(info.group, info.version)}/${info.plural}` };
  return named(info, [
    { ...list, as: "list", path },
    {
      method: "post",
      action: "post",
      as: "create",
      path,
      query: WRITE_QUERY,
      body: info.typeName,
      answer: info.typeName,
      verb: "create",
    },
    {
      method: "delete",
      action: "deletecollection",
      as: "deleteCollection",
      path,
      query: [...LIST_QUERY, ...DELETE_QUERY],
      body: DELETE_OPTIONS,
      answer: STATUS,
      verb: "deletecollection",
    },
    ...(info.namespaced ? [everywhere] : []),
  ]);
}

function item(info: ResourceInfo): Operation[] {
  const path = `${base(info)}/{name}`;
  const answer = info.typeName;
  return named(info, [
    { method: "get", action: "get", as: "read", path, query: [], answer, verb: "get" },
    {
      method: "put",
      action: "put",
      as: "replace",
      path,
      query: WRITE_QUERY,
      body: info.typeName,
      answer,
      verb: "update",
    },
    {
      method: "patch",
      action: "patch",
      as: "patch",
      path,
      query: [...WRITE_QUERY, "force"],
      body: "patch",
      answer,
      verb: "patch",
    },
    {
      method: "delete",
      action: "delete",
      as: "delete",
      path,
      query: DELETE_QUERY,
      body: DELETE_OPTIONS,
      answer: STATUS,
      verb: "delete",
    },
  ]);
}

const METHODS: Readonly<Record<string, Operation["method"]>> = {
  get: "get",
  create: "post",
  update: "put",
  patch: "patch",
  delete: "delete",
};

function below(info: ResourceInfo, sub: SubresourceInfo): Operation[] {
  const typeName = typeOfSubresource(info, sub);
  return sub.verbs.flatMap((verb): Operation[] => {
    const method = METHODS[verb];
    if (!method) return [];
    const connects = typeName === undefined;
    const writes = !connects && method !== "get";
    return [
      {
        method,
        action: connects ? "connect" : method,
        id: `${verb}${info.group.split(".")[0] || "core"}${info.version}${info.kind}_${sub.name}`,
        path: `${base(info)}/{name}/${sub.name}`,
        query: writes ? [...WRITE_QUERY, ...(method === "patch" ? ["force"] : [])] : [],
        group: sub.group,
        version: sub.version,
        kind: sub.kind,
        body: writes ? (method === "patch" ? "patch" : typeName) : undefined,
        answer: typeName ?? STATUS,
      },
    ];
  });
}

/** The type a subresource reads and writes; none for those that open a stream. */
function typeOfSubresource(info: ResourceInfo, { kind, group, version, name }: SubresourceInfo): string | undefined {
  if (kind.endsWith("Options") || name === "log") return undefined;
  if (info.objectType && kind === info.kind) return info.typeName;
  const home = group === info.group ? info.typeName.split("/")[0] : group.split(".")[0];
  const typeName = `${home}/${version}.${kind}`;
  return findType(typeName) ? typeName : undefined;
}
