/** What pulls and pushes share in talking to registries. */
import { type Credentials, formatReference, parseReference, type RegistryError } from "@skiff/registry";
import { EngineError, type EngineErrorCode } from "../engine-error.ts";
import type { RegistryAuth } from "../image-store.ts";

/** Credentials as the registry client takes them; undefined where there are none. */
export function credentialsOf(auth: RegistryAuth | undefined): Credentials | undefined {
  if (auth === undefined || Object.values(auth).every((part) => part === undefined)) return undefined;
  const { username = "", password = "", identityToken, registryToken } = auth;
  return { username, password, identityToken, registryToken };
}

/** A registry's refusal in the engine's terms. */
export function asEngineError(error: RegistryError, action: "pull" | "push", reference: string): EngineError {
  const codes: Readonly<Record<number, EngineErrorCode>> = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "not-found",
  };
  const name = error.code === "INVALID_REFERENCE" ? reference : formatReference(parseReference(reference));
  return new EngineError(codes[error.status] ?? "unavailable", `Cannot ${action} ${name}: ${error.message}`, {
    cause: error,
  });
}
