/** The values of the variables that expressions about a request may mention. */

import type { ResourceInfo } from "@skiff/api";
import type { Namespace } from "@skiff/api/core/v1";
import { namespaces } from "@skiff/api/resources";
import type { Caches } from "../../state/caches.ts";
import type { AdmissionRequest } from "../admission.ts";
import { objectsOf, requestFields } from "../webhooks/request-fields.ts";
import { AuthorizerValue, requestResource, type Verdicts } from "./authorizer-library.ts";

/** Values by name; each is made when first asked for. */
export type Values = (name: string) => unknown;

/** The values for a request, as `info`, the resource in the version that was matched, shows it. */
export async function valuesOf(
  request: AdmissionRequest,
  info: ResourceInfo,
  { caches, verdicts }: { readonly caches: Pick<Caches, "of">; readonly verdicts: Verdicts },
): Promise<Values> {
  const { object, oldObject } = await objectsOf(request, info, caches);
  const fields = once(() => requestFields(request, info));
  const namespace = once(() => namespaceValue(request, caches));
  const authorizer = once(() => new AuthorizerValue(verdicts, request.user));
  return (name) => {
    switch (name) {
      case "object":
        return object;
      case "oldObject":
        return oldObject;
      case "request":
        return fields();
      case "namespaceObject":
        return namespace();
      case "authorizer":
        return authorizer();
      case "authorizer.requestResource":
        return requestResource(authorizer(), {
          group: info.group,
          version: info.version,
          plural: info.plural,
          subresource: request.subresource,
          namespace: request.namespace,
          name: request.name,
        });
      default:
        return undefined;
    }
  };
}

/** `values`, with further ones that come first. */
export function withValues(values: Values, more: Readonly<Record<string, unknown>>): Values {
  return (name) => (Object.hasOwn(more, name) ? more[name] : values(name));
}

/** The namespace the request is in, without what policies are not to see; null where it is in none. */
function namespaceValue({ namespace, info }: AdmissionRequest, caches: Pick<Caches, "of">): object | null {
  const isNamespace = info.group === "" && info.plural === "namespaces";
  const found = isNamespace ? undefined : caches.of(namespaces).entries.get(namespace)?.object;
  if (!found) return null;
  const { metadata, spec, status } = found as unknown as Namespace;
  const { uid, ownerReferences: _, managedFields: __, ...shown } = metadata;
  return { metadata: { ...shown, UID: uid }, spec: { finalizers: spec?.finalizers }, status: { phase: status?.phase } };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
