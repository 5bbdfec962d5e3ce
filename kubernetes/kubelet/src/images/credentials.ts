/** Registry credentials for an image, from the Pod's pull secrets. */
import type { Secret } from "@skiff/api/core/v1";
import type { AuthConfig } from "@skiff/engine/cri";

interface DockerAuth {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The registry host of an image name; Docker Hub when it names none. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const named = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
  return named ? first : "docker.io";
}

/** Every credential in `secrets` that applies to `image`, most specific first. Malformed secrets give none. */
export function credentialsFor(image: string, secrets: readonly Secret[]): AuthConfig[] {
  const registry = registryOf(image);
  const full = image.startsWith(registry) ? image : `${registry}/${image}`;
  const found = secrets.flatMap(authEntries).flatMap(([key, auth]) => {
    const scope = normalized(key);
    const applies = hostMatches(scope, registry, full);
    return applies ? [{ scope, auth: toAuthConfig(auth, registry) }] : [];
  });
  return found.toSorted((a, b) => b.scope.length - a.scope.length).map(({ auth }) => auth);
}

function authEntries({ type, data = {} }: Secret): [string, DockerAuth][] {
  const modern = type !== "kubernetes.io/dockercfg";
  const text = data[modern ? ".dockerconfigjson" : ".dockercfg"];
  if (!text) return [];
  const parsed = parse(Buffer.from(text, "base64").toString());
  const auths = modern ? (parsed as { auths?: unknown } | undefined)?.auths : parsed;
  if (typeof auths !== "object" || auths === null) return [];
  return Object.entries(auths).filter(([, auth]) => typeof auth === "object" && auth !== null);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function normalized(key: string): string {
  const bare = key.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
  return bare === "index.docker.io" || bare === "registry-1.docker.io" ? "docker.io" : bare;
}

/** A scope is a host, possibly with `*` for whole labels, and possibly a path that the image name must begin with. */
function hostMatches(scope: string, registry: string, image: string): boolean {
  const [host = "", ...path] = scope.split("/");
  const labels = host.split(".");
  const own = registry.split(".");
  const matches = labels.length === own.length && labels.every((label, index) => label === "*" || label === own[index]);
  if (!matches) return false;
  const prefix = [registry, ...path].join("/");
  return path.length === 0 || image === prefix || image.startsWith(`${prefix}/`) || image.startsWith(`${prefix}:`);
}

function toAuthConfig(auth: DockerAuth, serverAddress: string): AuthConfig {
  const [user = "", ...password] = Buffer.from(auth.auth ?? "", "base64")
    .toString()
    .split(":");
  return {
    username: auth.username ?? user,
    password: auth.password ?? password.join(":"),
    auth: "",
    serverAddress,
    identityToken: auth.identitytoken ?? "",
    registryToken: "",
  };
}
