/** The way from `kubectl apply` on the client's side to apply on the server's. */
import { decodeObject } from "../decode/decode-object.ts";
import { StatusError } from "../errors.ts";
import type { ObjectMeta } from "../generated/types/meta/v1.ts";
import { changesBetween } from "./changes.ts";
import { difference, type FieldSet, fieldsOf, type Place } from "./field-set.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

/** The one field manager that goes on where applying on the client's side stopped. */
const KUBECTL = "kubectl";

/**
 * The fields `manager` may take over without a conflict: for kubectl, those its last apply on the client's side set and that
 * are as it left them.
 */
export function appliedBefore(
  typeName: string,
  live: { readonly metadata: ObjectMeta } | undefined,
  manager: string,
): FieldSet {
  const text = live?.metadata.annotations?.[ANNOTATION];
  if (manager !== KUBECTL || text === undefined) return {};
  const place: Place = { type: { form: "named", name: typeName } };
  const last = parsed(text, typeName);
  const { set, removed } = changesBetween(place, last, live);
  return difference(difference(fieldsOf(place, last), set), removed);
}

/** The annotation is the client's: what is no object of the type says nothing. */
function parsed(text: string, typeName: string): object {
  try {
    return decodeObject(JSON.parse(text), typeName, "Ignore").object;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof StatusError) return {};
    throw error;
  }
}
