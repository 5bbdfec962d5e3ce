/** A request as webhooks and expressions see it: the fields of an AdmissionRequest (admission.k8s.io/v1). */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import type { Caches } from "../../state/caches.ts";
import type { AdmissionRequest } from "../admission.ts";
import { convertObject } from "./equivalent-resources.ts";

/** Everything but the uid and the objects. `info` is the resource whose rules matched, in the version they name. */
export function requestFields(request: AdmissionRequest, info: ResourceInfo) {
  const { subresource, namespace, name, operation, user, dryRun } = request;
  return {
    kind: gvk(isOwnKind(request) ? info : request.kind),
    resource: gvr(info),
    ...(subresource !== "" && { subResource: subresource }),
    requestKind: gvk(request.kind),
    requestResource: gvr(request.info),
    ...(subresource !== "" && { requestSubResource: subresource }),
    ...(name !== "" && { name }),
    ...(namespace !== "" && { namespace }),
    operation,
    userInfo: {
      ...(user.name !== "" && { username: user.name }),
      ...(user.uid && { uid: user.uid }),
      ...(user.groups.length > 0 && { groups: user.groups }),
      ...(user.extra && { extra: user.extra }),
    },
    dryRun,
    options: request.options() ?? null,
  };
}

/** The objects of a request as webhooks and expressions see them. */
export interface RequestObjects {
  readonly object: Record<string, unknown> | null;
  readonly oldObject: Record<string, unknown> | null;
}

/** The object to be written and the one there is, in the version of `info`, with their kind; null where there is none. Throws StatusError when a conversion webhook fails. */
export async function objectsOf(
  request: AdmissionRequest,
  info: ResourceInfo,
  caches: Pick<Caches, "of">,
): Promise<RequestObjects> {
  const own = isOwnKind(request);
  const kind = own ? info : request.kind;
  const shown = async (object: object | undefined): Promise<Record<string, unknown> | null> => {
    if (!object) return null;
    const converted = own && info !== request.info ? await convertObject(object, request.info, info, caches) : object;
    return { kind: kind.kind, apiVersion: apiVersionOf(kind), ...converted };
  };
  const [object, oldObject] = await Promise.all([shown(request.object), shown(request.old)]);
  return { object, oldObject };
}

/** Whether the object is of the resource's kind, and not of its subresource's. */
export function isOwnKind({ kind, info }: Pick<AdmissionRequest, "kind" | "info">): boolean {
  return kind.kind === info.kind && kind.group === info.group;
}

function gvk({ group, version, kind }: { readonly group: string; readonly version: string; readonly kind: string }) {
  return { group, version, kind };
}

function gvr({ group, version, plural }: ResourceInfo) {
  return { group, version, resource: plural };
}
