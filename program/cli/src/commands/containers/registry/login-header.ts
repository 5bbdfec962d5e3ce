import { homedir } from "node:os";
import { join } from "node:path";

/** The directory of Docker's configuration, which holds logins. */
export function configDirectory(): string {
  return process.env.DOCKER_CONFIG || join(homedir(), ".docker");
}

/** The header that carries the user's login at the image's registry: of `skiff login`, `docker login`, or a credential helper. */
export async function loginHeader(image: string): Promise<Record<string, string>> {
  const { dockerConfigCredentials, parseReference } = await import("@skiff/registry");
  const { registry } = parseReference(image);
  const login = await dockerConfigCredentials(configDirectory())(registry);
  if (login === undefined) return {};
  const { username, password, identityToken } = login;
  const auth = { username, password, identitytoken: identityToken, serveraddress: registry };
  return { "x-registry-auth": Buffer.from(JSON.stringify(auth)).toString("base64url") };
}
