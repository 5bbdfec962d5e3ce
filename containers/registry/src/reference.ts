/** Image references: what users write, and the one form everything else uses (distribution reference grammar). */
import { isDigest } from "./digest.ts";
import { RegistryError } from "./errors.ts";

/** A reference taken apart and completed: registry, repository, and a tag or a digest or both. */
export interface Reference {
  /** `docker.io`, `registry.k8s.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/busybox`: never starts with a slash. */
  readonly repository: string;
  /** Present unless the reference names only a digest. */
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

const DEFAULT_REGISTRY = "docker.io";
const MAX_NAME = 255;
/** Longest text looked at: a host, a name, a tag and a digest. */
const MAX_TEXT = 1024;
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;

/**
 * Reads a reference as users write it (`busybox`, `ghcr.io/a/b:1`, `a@sha256:…`): a name without a registry is on
 * `docker.io`, one without a namespace there is in `library/`, one without tag and digest means `latest`.
 * Throws RegistryError INVALID_REFERENCE with Docker's wording.
 */
export function parseReference(text: string): Reference {
  if (text.length > MAX_TEXT) throw invalid(text);
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) throw invalid(text);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) throw invalid(text);
  const { registry, repository } = splitName(hasTag ? named.slice(0, colon) : named);
  if (!HOST.test(registry) || repository.length > MAX_NAME) throw invalid(text);
  if (!REPOSITORY.test(repository)) {
    if (REPOSITORY.test(repository.toLowerCase())) {
      throw new RegistryError(
        "INVALID_REFERENCE",
        `invalid reference format: repository name (${repository}) must be lowercase`,
      );
    }
    throw invalid(text);
  }
  return { registry, repository, tag: tag ?? (digest === undefined ? "latest" : undefined), digest };
}

/** Writes the complete form: `docker.io/library/busybox:latest`. Digest after the tag where there are both. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** Writes the short form people know: `busybox:latest` for `docker.io/library/busybox:latest`. */
export function familiarReference(reference: Reference): string {
  const full = formatReference(reference);
  if (reference.registry !== DEFAULT_REGISTRY) return full;
  const short = full.slice(DEFAULT_REGISTRY.length + 1);
  return short.startsWith("library/") && !short.slice("library/".length).includes("/")
    ? short.slice("library/".length)
    : short;
}

/** Whether the text can stand as a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether the text can stand as the name of a repository. */
export function isRepository(text: string): boolean {
  return text.length <= MAX_NAME && REPOSITORY.test(text);
}

// The first component is a registry only where it looks like a host: that is what tells "a/b" from "localhost/b".
function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const isHost = first.includes(".") || first.includes(":") || first === "localhost" || first.toLowerCase() !== first;
  const registry = isHost ? first : DEFAULT_REGISTRY;
  const repository = isHost ? name.slice(slash + 1) : name;
  if (registry === "index.docker.io" || registry === DEFAULT_REGISTRY) {
    return { registry: DEFAULT_REGISTRY, repository: repository.includes("/") ? repository : `library/${repository}` };
  }
  return { registry, repository };
}

function invalid(text: string): RegistryError {
  return new RegistryError("INVALID_REFERENCE", `invalid reference format: ${JSON.stringify(text.slice(0, MAX_NAME))}`);
}
