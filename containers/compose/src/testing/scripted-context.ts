/** For tests: an engine that answers by a script, and remembers what it was asked and what people were told. */
import { DockerApiError, type DockerClient, type DockerRequest } from "@skiff/docker/client";
import type { OperationContext } from "../operations/context.ts";

/** Answers by "METHOD /path": a value, several for one request after another, or an error of the API. */
export type Script = Readonly<Record<string, unknown>>;

/** A context that talks to the script. A request that it does not know fails like one for something that is not there. */
export interface ScriptedContext extends OperationContext {
  /** "POST /networks/create", in order. */
  readonly asked: string[];
  readonly bodies: unknown[];
  /** "Network shop_default Created", in order; warnings as they are. */
  readonly told: string[];
}

/** Makes one. */
export function scriptedContext(script: Script): ScriptedContext {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const told: string[] = [];
  const answer = (path: string, { method = "GET", json }: DockerRequest = {}): unknown => {
    const request = `${method} ${path}`;
    asked.push(request);
    bodies.push(json);
    if (!Object.hasOwn(script, request)) throw new DockerApiError(404, `No such thing: ${request}`);
    const value = script[request];
    if (value instanceof Error) throw value;
    return value;
  };
  const client: DockerClient = {
    json: async <T>(path: string, request?: DockerRequest) => answer(path, request) as T,
    open: () => Promise.reject(new Error("the script opens nothing")),
    hijack: () => Promise.reject(new Error("the script hijacks nothing")),
    async *messages(path, request) {
      yield* answer(path, request) as Readonly<Record<string, unknown>>[];
    },
  };
  return {
    ...{ client, asked, bodies, told, signal: new AbortController().signal },
    progress: {
      event: ({ id, text, detail }) => told.push([id, text, ...(detail === undefined ? [] : [detail])].join(" ")),
      warn: (message) => told.push(message),
    },
    log: (line) => told.push(line),
  };
}
