import type { RegistryAuth } from "@skiff/engine";
import type { Call } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";

/** The credentials in a request's X-Registry-Auth header, base64url of JSON: for this call only. Throws 400. */
export function registryAuth(call: Call): RegistryAuth | undefined {
  const header = call.header("x-registry-auth");
  if (header === undefined || header === "") return undefined;
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  } catch (error) {
    // Not passed on as the cause: the message would quote the credentials.
    if (!(error instanceof SyntaxError)) throw error;
    throw new DockerError(400, "invalid X-Registry-Auth header: not base64url of JSON");
  }
  const text = (name: string) => (typeof value?.[name] === "string" && value[name] !== "" ? value[name] : undefined);
  const auth = {
    username: text("username"),
    password: text("password"),
    identityToken: text("identitytoken"),
    registryToken: text("registrytoken"),
  };
  return Object.values(auth).some((part) => part !== undefined) ? auth : undefined;
}
