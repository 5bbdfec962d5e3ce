/** The way from `kubectl apply` on the client's side to apply on the server's, and back. */
import { compare } from "./compare.ts";
import { difference, type FieldSet, LEAF } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { NoIdentity } from "./path-element.ts";
import { type ManagedObject, type TrackedKind, withoutRecords } from "./write-tracking.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

/** The one field manager that goes on where applying on the client's side stopped. */
const KUBECTL = "kubectl";

/** All annotations of an object together, in bytes. */
const MAX_ANNOTATIONS = 256 * 1024;

/**
 * The fields `manager` may take over without a conflict: for kubectl, those its last apply on the client's side set and that
 * are as it left them.
 */
export function appliedBefore(kind: TrackedKind, live: ManagedObject, manager: string): FieldSet {
  const last = manager === KUBECTL ? lastApplied(live) : undefined;
  const view = last && kind.versionView(last.apiVersion ?? kind.apiVersion);
  if (!last || !view) return LEAF;
  try {
    const { added, modified, removed } = compare(view.type, last, view.convert(withoutRecords(live)));
    return [added, modified, removed].reduce(difference, fieldsOf(view.type, last));
  } catch (error) {
    // The annotation is the client's: what is no object of the kind says nothing.
    if (error instanceof NoIdentity) return LEAF;
    throw error;
  }
}

function lastApplied(live: ManagedObject): { readonly apiVersion?: string } | undefined {
  const text = annotationsOf(live)[ANNOTATION];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * `object` with the annotation brought up to what kubectl applies now, so that its next apply on the client's side starts
 * from there; as it is where another manager applies, or the annotation is not used.
 */
export function withLastApplied<T extends ManagedObject>(object: T, config: ManagedObject, manager: string): T {
  const annotations = annotationsOf(object);
  if (manager !== KUBECTL || annotations[ANNOTATION] === undefined) return object;
  const { managedFields: _, annotations: given, ...metadata } = config.metadata;
  const { [ANNOTATION]: __, ...others } = given ?? {};
  const stated = { ...metadata, ...(Object.keys(others).length > 0 && { annotations: others }) };
  const text = `${JSON.stringify({ ...config, metadata: stated })}\n`;
  const size = Object.entries({ ...annotations, [ANNOTATION]: text }).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  const value = size > MAX_ANNOTATIONS ? "" : text;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [ANNOTATION]: value } } };
}

function annotationsOf({ metadata }: ManagedObject): Readonly<Record<string, string>> {
  return metadata.annotations ?? {};
}
