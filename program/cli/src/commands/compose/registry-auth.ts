/** Logins at registries, as `docker login` keeps them. */
import type { RegistryAuth } from "@skiff/compose";
import { dockerConfigDirectory } from "./global-flags.ts";

/** What `X-Registry-Auth` carries for a registry. Credential helpers are asked. */
export function registryAuth(env: NodeJS.ProcessEnv): RegistryAuth {
  return async (registry) => {
    const { dockerConfigCredentials } = await import("@skiff/registry");
    const login = await dockerConfigCredentials(dockerConfigDirectory(env))(registry);
    if (login === undefined) return undefined;
    const { username, password, identityToken } = login;
    const auth = { username, password, identitytoken: identityToken, serveraddress: registry };
    return Buffer.from(JSON.stringify(auth)).toString("base64url");
  };
}
