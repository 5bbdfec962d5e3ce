/** The configuration in the body of an apply: a document as it was sent, not an object of its kind. */
import { apiVersionOf, StatusError } from "@skiff/api";
import { type ExpectedKind, type ManagedObject, parseYaml } from "@skiff/api/server";
import type { Call, RequestBody } from "../call.ts";
import { fieldValidation } from "./write-options.ts";

/**
 * Reads the configuration and checks that it is of the resource's kind. Nothing is decoded or defaulted: what is not said
 * is not applied. Throws StatusError 400.
 */
export async function readConfiguration(call: Call, info: ExpectedKind): Promise<ManagedObject> {
  const mode = fieldValidation(call);
  const { value, duplicates } = parse(await call.incoming.body());
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw StatusError.badRequest(
      `error decoding YAML: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`,
    );
  }
  if (duplicates.length > 0 && mode !== "Ignore") {
    const why = `error strict decoding YAML: error converting YAML to JSON: ${duplicates.join(", ")}`;
    if (mode === "Strict") throw StatusError.badRequest(why);
    call.warnings.push(...duplicates);
  }
  const { apiVersion, kind, metadata } = value as Readonly<Record<string, unknown>>;
  if (apiVersion !== apiVersionOf(info) || kind !== info.kind) {
    throw StatusError.badRequest(`invalid object type: ${groupVersion(apiVersion)}, Kind=${textOf(kind)}`);
  }
  const stated = metadata ?? {};
  if (typeof stated === "object" && "managedFields" in stated && stated.managedFields !== null) {
    throw StatusError.badRequest("metadata.managedFields must be nil");
  }
  // What is no object is for the typing to refuse, with its path.
  return { ...value, metadata: stated as ManagedObject["metadata"] };
}

function groupVersion(apiVersion: unknown): string {
  const text = textOf(apiVersion);
  return text.includes("/") ? text : `/${text}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function parse(body: RequestBody): { readonly value: unknown; readonly duplicates: readonly string[] } {
  if ("object" in body) return { value: body.object, duplicates: [] };
  try {
    return parseYaml(body.bytes.toString());
  } catch (error) {
    if (error instanceof SyntaxError) throw StatusError.badRequest(`error decoding YAML: ${error.message}`);
    throw error;
  }
}

function goKind(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
