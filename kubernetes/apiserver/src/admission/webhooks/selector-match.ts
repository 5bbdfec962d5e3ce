/** The two selectors webhooks and policies have in common: of the namespace, and of the object. */
import { fromLabelSelector, matches, type Selector, StatusError } from "@skiff/api";
import type { LabelSelector } from "@skiff/api/meta/v1";
import { namespaces } from "@skiff/api/resources";
import type { Caches } from "../../state/caches.ts";
import type { AdmissionRequest } from "../admission.ts";

const parsed = new WeakMap<LabelSelector, Selector>();

/** A selector of an admission object, read once. Absent selects everything. */
function selectorOf(selector: LabelSelector): Selector {
  let found = parsed.get(selector);
  if (!found) {
    found = fromLabelSelector(selector);
    parsed.set(selector, found);
  }
  return found;
}

/** Whether the object or the one it replaces is selected. What has neither is selected by the empty selector only. */
export function objectSelected(selector: LabelSelector | undefined, { object, old }: AdmissionRequest): boolean {
  const wanted = selectorOf(selector ?? {});
  if (wanted.requirements.length === 0) return true;
  return [object, old].some((one) => one?.metadata !== undefined && matches(wanted, one.metadata.labels));
}

/**
 * Whether the namespace the request is in is selected; of a Namespace its own labels count. Requests outside namespaces
 * are always selected. Throws StatusError 404 when the labels matter and the namespace is unknown.
 */
export function namespaceSelected(
  selector: LabelSelector | undefined,
  request: AdmissionRequest,
  caches: Pick<Caches, "of">,
): boolean {
  const wanted = selectorOf(selector ?? {});
  if (wanted.requirements.length === 0 || request.namespace === "") return true;
  return matches(wanted, namespaceLabels(request, caches));
}

function namespaceLabels(
  { info, namespace, subresource, operation, object }: AdmissionRequest,
  caches: Pick<Caches, "of">,
): Readonly<Record<string, string>> | undefined {
  const isNamespace = info.group === "" && info.plural === "namespaces" && subresource === "";
  // What the namespace will be: the stored one may not exist yet.
  if (isNamespace && (operation === "CREATE" || operation === "UPDATE")) return object?.metadata.labels;
  const found = caches.of(namespaces).entries.get(namespace)?.object;
  if (!found) throw StatusError.notFound(namespaces, namespace);
  return found.metadata.labels;
}
