/** Answers recorded from a real API server, and a way to ask another server the same. */
import { readFileSync } from "node:fs";
import type { Answered, Requests } from "./requests.ts";

/** One request and what was answered. `object` names the object there is before it, or which it creates. */
export interface RecordedCase {
  readonly when: string;
  /** Method and path. */
  readonly send: string;
  readonly object?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: unknown;
  /** A path in the object there is, and its new value: what is PUT. */
  readonly set?: string;
  readonly value?: unknown;
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
  /** Reason and field of each cause. */
  readonly causes?: readonly (readonly [reason: string, field: string])[];
  /** The body, where it is no Status. */
  readonly answer?: unknown;
}

interface Recordings {
  readonly objects: Readonly<Record<string, object>>;
  readonly cases: readonly RecordedCase[];
}

/** All recordings, in the order in which they were made. */
export function readRecordings(file: URL): Recordings {
  return JSON.parse(readFileSync(file, "utf8")) as Recordings;
}

/**
 * Replays recordings in order, as they were recorded: an object made for updates is kept while updates of it follow
 * each other, anything else made by a case is gone before the next.
 */
export class Replay {
  readonly #requests: Requests;
  readonly #recordings: Recordings;
  /** The object kept for the updates that follow each other. */
  #kept: { readonly object: string; readonly path: string } | undefined;

  constructor(requests: Requests, recordings: Recordings) {
    this.#requests = requests;
    this.#recordings = recordings;
  }

  /** Asks what was asked. */
  async ask(one: RecordedCase): Promise<Answered> {
    const [method = "", path = ""] = one.send.split(" ");
    const isUpdate = one.object !== undefined && method !== "POST";
    await this.#prepare(isUpdate ? { object: one.object ?? "", path } : undefined);
    const headers = {
      ...(one.contentType && { "content-type": one.contentType }),
      ...(one.accept && { accept: one.accept }),
    };
    if (isUpdate) {
      const body = one.set === undefined ? one.body : await this.#edited(path, one.set, one.value);
      return await this.#requests.send(method, path, body, headers);
    }
    const body = one.body ?? (one.object === undefined ? undefined : this.#recordings.objects[one.object]);
    if (one.when.endsWith(": create again")) await this.#requests.send(method, path, body, headers);
    const answered = await this.#requests.send(method, path, body, headers);
    if (method === "POST") await this.#remove(path, answered.body, body);
    return answered;
  }

  async #prepare(wanted: { readonly object: string; readonly path: string } | undefined): Promise<void> {
    if (this.#kept && this.#kept.object === wanted?.object && this.#kept.path === wanted.path) return;
    if (this.#kept) await this.#delete(this.#kept.path);
    this.#kept = wanted;
    if (!wanted) return;
    const made = await this.#requests.send(
      "POST",
      wanted.path.replace(/\/[^/]+$/, ""),
      this.#recordings.objects[wanted.object],
    );
    if (made.code !== 201) throw new Error(`create ${wanted.object}: ${JSON.stringify(made.body)}`);
  }

  async #edited(path: string, at: string, value: unknown): Promise<object> {
    const stored = await this.#requests.send("GET", path);
    return withValue(stored.body as object, at, value);
  }

  async #remove(collection: string, ...objects: readonly unknown[]): Promise<void> {
    for (const object of objects) {
      const name = (object as { metadata?: { name?: unknown } } | undefined)?.metadata?.name;
      if (typeof name === "string" && name !== "") await this.#delete(`${collection}/${name}`);
    }
  }

  /** What the controller of namespaces does when a namespace is empty. */
  async #finalize(path: string, namespace: object): Promise<void> {
    await this.#requests.send("PUT", `${path}/finalize`, { ...namespace, spec: { finalizers: [] } });
  }

  async #delete(path: string): Promise<void> {
    const gone = await this.#requests.send("DELETE", `${path}?gracePeriodSeconds=0`);
    if (gone.code !== 200) return;
    const { kind } = gone.body as { kind?: string };
    if (kind === "Namespace") await this.#finalize(path, gone.body as object);
    await this.#requests.send(
      "PATCH",
      path,
      { metadata: { finalizers: null } },
      { "content-type": "application/merge-patch+json" },
    );
  }
}

function withValue(object: object, path: string, value: unknown): object {
  const copy = structuredClone(object) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let target = copy;
  for (const name of names) {
    target[name] ??= {};
    target = target[name] as Record<string, unknown>;
  }
  if (value === "__delete__") delete target[last];
  else target[last] = value;
  return copy;
}

/** The places where `got` lacks or contradicts what is in `want`: paths such as `.spec.ports[0].port`. */
export function lacks(got: unknown, want: unknown, path = ""): string[] {
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) return [path];
    return want.flatMap((item, index) => lacks(got[index], item, `${path}[${index}]`));
  }
  if (typeof want === "object" && want !== null) {
    if (typeof got !== "object" || got === null) return [path];
    const values = got as Readonly<Record<string, unknown>>;
    return Object.entries(want).flatMap(([key, item]) => lacks(values[key], item, `${path}.${key}`));
  }
  return (got ?? null) === want ? [] : [path];
}
