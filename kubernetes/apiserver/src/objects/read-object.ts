import { decodeBody, decodeObject, type ExpectedKind, type FieldValidation, StatusError } from "@skiff/api";
import type { Call } from "../call.ts";
import type { Draft } from "../state/api-object.ts";

const READ = ["application/json", "application/yaml"];

/** The object in a request's body, of the kind that is expected there. Its warnings are put on the call. Throws StatusError. */
export async function readObject(call: Call, expected: ExpectedKind): Promise<Draft> {
  const mode = fieldValidation(call);
  const body = await call.incoming.body();
  const decoded =
    "object" in body
      ? decodeObject(body.object, expected.typeName, mode)
      : decodeBody(body.bytes.toString(), formatOf(body.mediaType), expected, mode);
  call.warnings.push(...decoded.warnings);
  return decoded.object as Draft;
}

/** As `readObject`, where a body may be left out. */
export async function readOptional(call: Call, expected: ExpectedKind): Promise<Draft | undefined> {
  const body = await call.incoming.body();
  if ("bytes" in body && body.bytes.length === 0) return undefined;
  return readObject(call, expected);
}

/** What to do about unknown fields, from the query. Throws StatusError 400 for a value there is not. */
export function fieldValidation(call: Call): FieldValidation {
  const asked = call.query.get("fieldValidation");
  if (asked === null || asked === "") return "Warn";
  if (asked === "Strict" || asked === "Warn" || asked === "Ignore") return asked;
  throw StatusError.invalid({ group: "meta.k8s.io", kind: "CreateOptions" }, "", [
    {
      type: "FieldValueNotSupported",
      field: "fieldValidation",
      badValue: asked,
      detail: 'supported values: "", "Ignore", "Strict", "Warn"',
    },
  ]);
}

/** Whether the request wants everything done but the writing. Throws StatusError 422 for an unknown value. */
export function isDryRun(call: Call, alsoAsked: readonly string[] = []): boolean {
  const asked = [...call.query.getAll("dryRun"), ...alsoAsked].filter((value) => value !== "");
  const unknown = asked.find((value) => value !== "All");
  if (unknown !== undefined) {
    const detail = 'supported values: "All"';
    throw StatusError.invalid({ group: "meta.k8s.io", kind: "CreateOptions" }, "", [
      { type: "FieldValueNotSupported", field: "dryRun", badValue: unknown, detail },
    ]);
  }
  return asked.length > 0;
}

function formatOf(mediaType: string): "json" | "yaml" {
  if (mediaType === "" || mediaType === "application/json") return "json";
  if (mediaType === "application/yaml") return "yaml";
  throw StatusError.unsupportedMediaType(READ);
}
