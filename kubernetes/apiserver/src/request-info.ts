/** What a request is about, from its method and path: the vocabulary of authorization, metrics and routing. */
import { findResource, type ResourceInfo } from "@skiff/api";
import { isTrue } from "./query-parameters.ts";

/** The answer to "who may do what": `verb` is an API verb for resources, the lower-case method for other paths. */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly verb: string;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** The plural in the path, whether or not it is served. */
  readonly plural: string;
  readonly subresource: string;
  readonly name: string;
  /** What follows the subresource, of a proxied request. */
  readonly rest: string;
  /** The resource, where it is served. */
  readonly resource: ResourceInfo | undefined;
}

const METHOD_VERBS: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Subresources of a namespace, which would else read as resources in it. */
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

/** Reads a path such as `/apis/apps/v1/namespaces/a/deployments/b/scale`. */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decode);
  const other: RequestInfo = {
    isResource: false,
    verb: method.toLowerCase(),
    path,
    group: "",
    version: "",
    namespace: "",
    plural: "",
    subresource: "",
    name: "",
    rest: "",
    resource: undefined,
  };
  const core = parts[0] === "api";
  if (!core && parts[0] !== "apis") return other;
  // A name left empty must not make the next part the name, nor an object's path its collection's.
  if (path.split("/proxy/", 1)[0]?.includes("//")) return other;
  const [group = "", version = ""] = core ? ["", parts[1]] : [parts[1], parts[2]];
  let rest = parts.slice(core ? 2 : 3);
  if (rest.length === 0 || version === "") return other;

  const watching = rest[0] === "watch";
  if (watching) rest = rest.slice(1);
  let namespace = "";
  if (rest[0] === "namespaces" && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? "")) {
    namespace = rest[1] ?? "";
    rest = rest.slice(2);
  } else if (rest[0] === "namespaces" && rest.length > 1) {
    namespace = rest[1] ?? "";
  }
  const [plural = "", name = "", subresource = "", ...tail] = rest;
  const verb = METHOD_VERBS[method] ?? method.toLowerCase();
  return {
    ...other,
    isResource: true,
    verb: collectionVerb(watching ? "watch" : verb, name, query),
    group,
    version,
    namespace,
    plural,
    name: name === "" && verb !== "create" ? nameSelector(query) : name,
    subresource,
    rest: tail.join("/"),
    resource: findResource(group, version, plural),
  };
}

function collectionVerb(verb: string, name: string, query: URLSearchParams): string {
  if (name !== "" && verb !== "watch") return verb;
  if (verb === "get") return isTrue(query.get("watch")) ? "watch" : "list";
  return verb === "delete" ? "deletecollection" : verb;
}

// A list or watch of one name is authorized by that name.
function nameSelector(query: URLSearchParams): string {
  return /^metadata\.name==?([^,=!]+)$/.exec(query.get("fieldSelector") ?? "")?.[1] ?? "";
}

function decode(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
