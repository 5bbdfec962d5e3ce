import { apiVersionOf, StatusError } from "@skiff/api";
import {
  type Decoded,
  decodeBody,
  decodeProtobuf,
  type ExpectedKind,
  type FieldValidation,
  objectTypeOf,
  openProtobuf,
} from "@skiff/api/server";
import type { Call, RequestBody } from "../call.ts";
import type { Draft } from "../state/api-object.ts";
import { fieldValidation } from "./write-options.ts";

const PROTOBUF = "application/vnd.kubernetes.protobuf";
const READ = ["application/json", "application/yaml", PROTOBUF];

/** The object in a request's body, of the kind that is expected there. Its warnings are put on the call. Throws StatusError. */
export async function readObject(call: Call, expected: ExpectedKind): Promise<Draft> {
  const mode = fieldValidation(call);
  const body = await call.incoming.body();
  const decoded = decode(body, expected, mode);
  call.warnings.push(...decoded.warnings);
  return decoded.object as Draft;
}

/** The object in a body, in any of the forms we read. Throws StatusError 400, 415. */
export function decode(body: RequestBody, expected: ExpectedKind, mode: FieldValidation): Decoded {
  if ("object" in body) return named(objectTypeOf(expected).decode(body.object, mode), expected);
  if (body.mediaType === PROTOBUF && !expected.objectType) return decodeBinary(body.bytes, expected, mode);
  return named(decodeBody(body.bytes.toString(), formatOf(body.mediaType), expected, mode), expected);
}

/** A body need not say what it is; an object does, to whoever reads it. */
function named({ object, warnings }: Decoded, expected: ExpectedKind): Decoded {
  const { kind, apiVersion } = object as Partial<Draft>;
  if (kind && apiVersion) return { object, warnings };
  return { object: { ...object, kind: expected.kind, apiVersion: apiVersionOf(expected) }, warnings };
}

function decodeBinary(bytes: Buffer, expected: ExpectedKind, mode: FieldValidation): Decoded {
  try {
    const { apiVersion, kind, message } = openProtobuf(bytes);
    const wanted = apiVersionOf(expected);
    if ((kind !== "" && kind !== expected.kind) || (apiVersion !== "" && apiVersion !== wanted)) {
      const why = `the API version in the data (${apiVersion}, Kind=${kind}) does not match the expected API version (${wanted}, Kind=${expected.kind})`;
      throw StatusError.badRequest(why);
    }
    return named(objectTypeOf(expected).decode(decodeProtobuf(message, expected.typeName), mode), expected);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw StatusError.badRequest(`the body of the request is malformed: ${error.message}`);
    throw error;
  }
}

function formatOf(mediaType: string): "json" | "yaml" {
  if (mediaType === "" || mediaType === "application/json") return "json";
  if (mediaType === "application/yaml") return "yaml";
  throw StatusError.unsupportedMediaType(READ);
}
