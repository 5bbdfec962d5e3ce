import type { ResourceInfo } from "@skiff/api";
import type { Call } from "../call.ts";
import type { ApiObject, Draft } from "../state/api-object.ts";
import type { AdmissionRequest, Operation } from "./admission.ts";

/** What of a request the call itself does not say. */
export interface AdmissionSubject {
  readonly operation: Operation;
  readonly info: ResourceInfo;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: Draft | undefined;
  readonly old: ApiObject | undefined;
  readonly dryRun: boolean;
  /** The kind of `object` when it is not the resource's own. */
  readonly kind?: AdmissionRequest["kind"];
  /** The options of a deletion; those of other writes are read from the query. */
  readonly options?: object;
}

const OPTIONS_KIND = { CREATE: "CreateOptions", UPDATE: "UpdateOptions", DELETE: "DeleteOptions" } as const;

/** The admission request of a call. */
export function admissionRequest(call: Call, subject: AdmissionSubject): AdmissionRequest {
  const { operation, info, subresource, namespace, name, object, old, dryRun, kind = info } = subject;
  return {
    operation,
    info,
    subresource,
    kind,
    namespace: namespace === "" && info.group === "" && info.plural === "namespaces" ? name : namespace,
    name,
    user: call.user,
    object,
    old,
    options: () => (operation === "CONNECT" ? undefined : optionsOf(call, operation, dryRun, subject.options)),
    dryRun,
    warnings: call.warnings,
    reinvocation: { wanted: false, again: false, notes: new Map() },
    call,
  };
}

function optionsOf(call: Call, operation: keyof typeof OPTIONS_KIND, dryRun: boolean, given?: object): object {
  const fromQuery: Record<string, string> = {};
  for (const name of operation === "DELETE" ? [] : ["fieldManager", "fieldValidation"]) {
    const value = call.query.get(name);
    if (value) fromQuery[name] = value;
  }
  return {
    kind: OPTIONS_KIND[operation],
    apiVersion: "meta.k8s.io/v1",
    ...given,
    ...(dryRun && { dryRun: ["All"] }),
    ...fromQuery,
  };
}
