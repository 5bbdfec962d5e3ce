/** What a handler of the registry server is given and gives. */
import type { Readable } from "node:stream";
import { isDigest } from "../digest.ts";
import { RegistryError } from "../errors.ts";
import { isRepository, isTag } from "../reference.ts";
import type { Action } from "./auth/gate.ts";
import type { RegistryContent } from "./content.ts";
import type { PullThrough } from "./pull-through.ts";

/** A request, matched to a route. `params` come from the path, percent-decoded, and are unchecked. */
export interface Call {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: Readable;
  /** Whether the caller may also do something with another repository than the one it asks for. */
  readonly may: (repository: string, action: Action) => boolean;
}

/** An answer; the server adds Content-Length 0 where there is no body, and leaves the body out for HEAD. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
}

/** Answers one operation, or throws RegistryError, which the server turns into the protocol's error body. */
export type Handler = (call: Call) => Promise<Reply>;

/** What handlers work on. */
export interface HandlerDeps {
  readonly content: RegistryContent;
  /** Where the registry is a cache of another one. */
  readonly cache?: PullThrough | undefined;
}

/** An answer in JSON. */
export function jsonReply(value: object, headers: Readonly<Record<string, string>> = {}): Reply {
  const body = Buffer.from(JSON.stringify(value));
  const length = String(body.byteLength);
  return { status: 200, headers: { "content-type": "application/json", "content-length": length, ...headers }, body };
}

/** Throws UNSUPPORTED where the registry is a cache: what it has is another's. */
export function refuseInCache(cache: PullThrough | undefined): void {
  if (cache) throw new RegistryError("UNSUPPORTED", "this registry is a cache of another one: nothing is pushed to it");
}

/** The repository of a call. Throws NAME_INVALID. */
export function repositoryOf({ params }: Call): string {
  const name = params.name ?? "";
  if (!isRepository(name)) throw new RegistryError("NAME_INVALID", `invalid repository name ${JSON.stringify(name)}`);
  return name;
}

/** The digest of a call. Throws DIGEST_INVALID. */
export function digestOfCall(text: string | null | undefined): string {
  if (typeof text !== "string" || !isDigest(text)) {
    throw new RegistryError("DIGEST_INVALID", `invalid digest ${JSON.stringify(text ?? "")}`);
  }
  return text;
}

/** The tag or digest of a call. Throws MANIFEST_UNKNOWN for what can be neither. */
export function manifestReferenceOf({ params }: Call): { readonly tag: string } | { readonly digest: string } {
  const text = params.reference ?? "";
  if (isDigest(text)) return { digest: text };
  if (isTag(text)) return { tag: text };
  throw new RegistryError("MANIFEST_UNKNOWN", `invalid tag ${JSON.stringify(text)}`);
}
