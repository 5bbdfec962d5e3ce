/** Names of images, checked before they are sent and written into paths of the API. */
import { VerbFailure } from "../verb.ts";

/** Throws VerbFailure for what cannot be a name, in Docker's words; `before` begins the message. */
export function checkReference(name: string, before = ""): void {
  const [, path = "", tag, digest] = /^(.*?)(?::([^:/@]*))?(?:@(.*))?$/s.exec(name) ?? [];
  const [first = "", ...rest] = path.split("/");
  const hasDomain = rest.length > 0 && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  const remote = hasDomain ? rest.join("/") : rest.length === 0 ? `library/${first}` : path;
  if (remote !== remote.toLowerCase())
    throw new VerbFailure(`${before}invalid reference format: repository name (${remote}) must be lowercase`);
  const isPath = remote.split("/").every((part) => /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(part));
  const isTag = tag === undefined || /^\w[\w.-]{0,127}$/.test(tag);
  if (!isPath || !isTag || (digest !== undefined && !/^[a-z0-9+._-]+:[0-9a-f]{32,}$/.test(digest)))
    throw new VerbFailure(`${before}invalid reference format`);
}

/** The name as a part of a path: only its slashes are some. */
export function imagePath(name: string): string {
  return `/images/${name
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("%3A", ":").replaceAll("%40", "@"))
    .join("/")}`;
}
