/** A build by way of the API: the context is named, or else sent as a tar, less what its `.dockerignore` leaves out. */
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import type { BuildEvent } from "@skiff/builder";
import { DockerApiError, type DockerClient } from "./docker-client.ts";

/** An event of a build on the wire: output is text there. */
export type WireEvent =
  | Exclude<BuildEvent, { type: "output" }>
  | { readonly type: "output"; readonly step: number; readonly data: string };

/** What to build. */
export interface ImageBuild {
  /** The context directory, or an archive of one. */
  readonly context: string | AsyncIterable<Uint8Array>;
  /** Path of the Dockerfile, as the user sees it, or its text. Default: `Dockerfile` in the context. */
  readonly dockerfile?: string | { readonly text: Buffer } | undefined;
  readonly tags: readonly string[];
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
  readonly platform?: string | undefined;
  readonly noCache?: boolean;
  readonly pull?: boolean;
  /** Contents by id. They travel in the request's body. */
  readonly secrets?: ReadonlyMap<string, Uint8Array>;
  /** Further parameters of `POST /build`. */
  readonly parameters?: readonly (readonly [name: string, value: string])[];
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Abandons the build. */
  readonly signal?: AbortSignal;
  /** Receives what the build says. */
  readonly output: (text: string) => void;
  /** Receives the builder's events instead of the classic builder's texts. */
  readonly events?: (event: WireEvent) => void;
}

/** A build failed. `line` is the Dockerfile's, where one is to blame. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly line: number | undefined;

  constructor(message: string, line: number | undefined) {
    super(message);
    this.line = line;
  }
}

/** Builds the image and gives its id. Throws BuildError, or the API's error. */
export async function buildImage(client: DockerClient, build: ImageBuild): Promise<string> {
  const named = nameContext(build);
  if (named === undefined || !(await isSkiff(client, build.signal))) return send(client, build, await pack(build));
  try {
    return await send(client, build, named);
  } catch (error) {
    // The server sees other files under that name.
    if (!(error instanceof DockerApiError && error.status === 412)) throw error;
    return send(client, build, await pack(build));
  }
}

/** Whether the server takes the name of a context: any other would see an empty one. */
async function isSkiff(client: DockerClient, signal: AbortSignal | undefined): Promise<boolean> {
  const response = await client.open("/_ping", signal === undefined ? {} : { signal });
  response.resume();
  return response.headers.server === "Skiff";
}

/** Where the Dockerfile is in the context, and how the context travels. */
interface Travel {
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(client: DockerClient, build: ImageBuild, { name, body, headers: own }: Travel): Promise<string> {
  const query = new URLSearchParams(build.tags.map((tag) => ["t", tag]));
  query.set("dockerfile", name);
  query.set("buildargs", JSON.stringify(build.buildArgs ?? {}));
  query.set("labels", JSON.stringify(build.labels ?? {}));
  if (build.target !== undefined) query.set("target", build.target);
  if (build.platform !== undefined) query.set("platform", build.platform);
  if (build.noCache) query.set("nocache", "1");
  if (build.pull) query.set("pull", "1");
  if (build.events) query.set("events", "1");
  for (const [parameter, value] of build.parameters ?? []) query.append(parameter, value);

  const secrets = encodeSecrets(build.secrets);
  const headers = {
    ...build.headers,
    ...own,
    "content-type": "application/x-tar",
    ...(secrets === undefined ? {} : { "x-skiff-secrets-length": String(secrets.byteLength) }),
  };
  let id = "";
  const request = {
    method: "POST",
    headers,
    body: secrets === undefined ? body : after(secrets, body),
    ...(build.signal === undefined ? {} : { signal: build.signal }),
  } as const;
  for await (const message of client.messages(`/build?${query}`, request)) {
    if (typeof message.error === "string") throw new BuildError(message.error, lineOf(message.errorDetail));
    if (typeof message.event === "object") build.events?.(message.event as WireEvent);
    else if (typeof message.stream === "string") build.output(message.stream);
    else if (typeof message.status === "string")
      build.output(`${message.id ? `${message.id}: ` : ""}${message.status}\n`);
    const { ID } = (message.aux ?? {}) as { ID?: unknown };
    if (typeof ID === "string") id = ID;
  }
  if (id === "") throw new Error("the build ended without an image");
  return id;
}

/**
 * A context that the server may read itself. Only root's: what others may not read is not for the server to read for them, and whoever may
 * change files while they are read could have it read more.
 */
function nameContext({ context, dockerfile }: ImageBuild): Travel | undefined {
  if (typeof context !== "string" || typeof dockerfile === "object" || process.geteuid?.() !== 0) return undefined;
  const root = resolve(context);
  const name = dockerfile === undefined ? "Dockerfile" : relative(root, resolve(dockerfile));
  const stats = statSync(root, { bigint: true, throwIfNoEntry: false });
  if (name.startsWith("..") || !stats?.isDirectory()) return undefined;
  const identity = { path: root, device: `${stats.dev}`, inode: `${stats.ino}` };
  const header = Buffer.from(JSON.stringify(identity)).toString("base64url");
  return { name, body: nothing(), headers: { "x-skiff-context": header } };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function pack({ context, dockerfile }: ImageBuild): Promise<Travel> {
  if (typeof context !== "string") {
    if (typeof dockerfile === "object") throw new Error("context and Dockerfile cannot both come from standard input");
    return { name: dockerfile ?? "Dockerfile", body: context };
  }
  const { packContext } = await import("@skiff/builder/context");
  const root = resolve(context);
  const path = typeof dockerfile === "string" ? relative(root, resolve(dockerfile)) : "Dockerfile";
  // A Dockerfile from elsewhere travels with the context, under a name that nothing in it has.
  const outside =
    typeof dockerfile === "object"
      ? dockerfile.text
      : path.startsWith("..")
        ? await readFile(resolve(dockerfile ?? ""))
        : undefined;
  if (outside === undefined)
    return { name: path, body: packContext(root, { keep: [path, basename(path)], dockerfile: path }) };
  const name = `.dockerfile.${process.pid}`;
  return { name, body: packContext(root, { keep: [], extra: { name, text: outside } }) };
}

function encodeSecrets(secrets: ReadonlyMap<string, Uint8Array> = new Map()): Buffer | undefined {
  if (secrets.size === 0) return undefined;
  const texts = [...secrets].map(([id, value]) => [id, Buffer.from(value).toString("base64")]);
  return Buffer.from(JSON.stringify(Object.fromEntries(texts)));
}

async function* after(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

function lineOf(detail: unknown): number | undefined {
  const { line } = (detail ?? {}) as { line?: unknown };
  return typeof line === "number" ? line : undefined;
}
