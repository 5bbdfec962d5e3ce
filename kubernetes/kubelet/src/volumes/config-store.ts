/** ConfigMaps and Secrets as the Pods of this node need them: read when a container starts, watched while a volume shows them. */
import { isNotFound, type Logger } from "@skiff/api";
import type { ConfigMap, Secret } from "@skiff/api/core/v1";
import { configMaps, secrets } from "@skiff/api/resources";
import { type Client, informers } from "@skiff/client";
import type { ConfigSource } from "../container/env.ts";

export type ConfigKind = "ConfigMap" | "Secret";

interface Watched {
  readonly stop: AbortController;
  readonly listeners: Set<() => void>;
}

/** Reads straight from the API, so that what was created just before a Pod is seen. */
export class ConfigStore implements ConfigSource {
  readonly #client: Client;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #watched = new Map<string, Watched>();

  constructor(o: { client: Client; log: Logger; signal: AbortSignal }) {
    this.#client = o.client;
    this.#log = o.log;
    this.#signal = o.signal;
  }

  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return orAbsent(this.#client.get(configMaps, { namespace, name }, this.#signal));
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return orAbsent(this.#client.get(secrets, { namespace, name }, this.#signal));
  }

  /**
   * Calls `changed` whenever the object appears, changes or goes, from now until the answer is called. One object is
   * watched once, however many Pods use it.
   */
  watch(kind: ConfigKind, namespace: string, name: string, changed: () => void): () => void {
    const id = `${kind}/${namespace}/${name}`;
    const watched = this.#watched.get(id) ?? this.#start(kind, namespace, name);
    this.#watched.set(id, watched);
    watched.listeners.add(changed);
    return () => {
      watched.listeners.delete(changed);
      if (watched.listeners.size > 0) return;
      watched.stop.abort();
      if (this.#watched.get(id) === watched) this.#watched.delete(id);
    };
  }

  #start(kind: ConfigKind, namespace: string, name: string): Watched {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const listeners = new Set<() => void>();
    const factory = informers(this.#client, { log: this.#log, signal });
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const tell = () => {
      for (const listener of listeners) listener();
    };
    const handlers = { add: tell, update: tell, delete: tell };
    if (kind === "ConfigMap") factory.for(configMaps, selection).on(handlers);
    else factory.for(secrets, selection).on(handlers);
    factory.start();
    return { stop, listeners };
  }
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
