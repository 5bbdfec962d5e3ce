/** Secret: values are base64; some types must have certain keys. No message repeats a value. */
import type { Secret } from "@skiff/api/core/v1";
import { isConfigMapKey } from "../../names.ts";
import { type FieldError, invalid, required, tooLong } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkFrozen, DATA_LIMIT, decodedLength } from "./config-map.ts";

const ACCOUNT_NAME = "kubernetes.io/service-account.name";

function validate(secret: Secret): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(secret.data ?? {})) {
    for (const reason of isConfigMapKey(key)) errors.push(invalid(`data[${key}]`, key, reason));
    size += decodedLength(value);
  }
  if (size > DATA_LIMIT) errors.push(tooLong("data", DATA_LIMIT));
  checkType(secret, errors);
  return errors;
}

function checkType(secret: Secret, errors: FieldError[]): void {
  const data = secret.data ?? {};
  switch (secret.type) {
    case "kubernetes.io/service-account-token":
      if (!secret.metadata.annotations?.[ACCOUNT_NAME]) errors.push(required(`metadata.annotations[${ACCOUNT_NAME}]`));
      break;
    case "kubernetes.io/dockercfg":
      checkJson(data, ".dockercfg", errors);
      break;
    case "kubernetes.io/dockerconfigjson":
      checkJson(data, ".dockerconfigjson", errors);
      break;
    case "kubernetes.io/basic-auth":
      if (data.username !== undefined || data.password !== undefined) break;
      errors.push(required("data[username]"), required("data[password]"));
      break;
    case "kubernetes.io/ssh-auth":
      if (!data["ssh-privatekey"]) errors.push(required("data[ssh-privatekey]"));
      break;
    case "kubernetes.io/tls":
      for (const key of ["tls.crt", "tls.key"]) if (data[key] === undefined) errors.push(required(`data[${key}]`));
      break;
    default:
  }
}

function checkJson(data: Readonly<Record<string, string>>, key: string, errors: FieldError[]): void {
  const value = data[key];
  if (value === undefined) errors.push(required(`data[${key}]`));
  else if (!isJsonObject(Buffer.from(value, "base64").toString())) {
    errors.push(invalid(`data[${key}]`, "<secret contents redacted>", "must be a JSON object"));
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

export const secretRules: KindRules<Secret> = {
  defaults(secret) {
    secret.type ||= "Opaque";
    // stringData is for writing only: its values win over those in data, and it is never stored.
    if (secret.stringData === undefined) return;
    for (const [key, value] of Object.entries(secret.stringData)) {
      secret.data ??= {};
      secret.data[key] = Buffer.from(value).toString("base64");
    }
    delete secret.stringData;
  },
  validate,
  validateUpdate(secret, old) {
    const errors: FieldError[] = [];
    checkImmutable(secret.type, old.type, "type", errors);
    checkFrozen(secret, old, ["data"], errors);
    return [...errors, ...validate(secret)];
  },
  prepareForUpdate(secret, old) {
    secret.type ||= old.type;
  },
  selectableFields(secret) {
    return { type: secret.type ?? "" };
  },
};
