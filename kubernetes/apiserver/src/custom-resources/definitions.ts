/**
 * Serves what custom resource definitions define: gives each the names it may have, serves its versions once it has them,
 * and deletes its instances before it goes. Whatever changes, it looks at the definition as it is now.
 */
import { isNotFound, type ResourceInfo } from "@skiff/api";
import type { CustomResourceDefinition } from "@skiff/api/apiextensions/v1";
import { customResourceDefinitions } from "@skiff/api/resources";
import type { Server } from "../server-parts.ts";
import { type ApiObject, type Draft, draftOf } from "../state/api-object.ts";
import type { ObjectWriter } from "../state/object-writer.ts";
import { prefixOf, ResourceCache } from "../state/resource-cache.ts";
import { sameContent } from "../state/same-content.ts";
import { isEstablished } from "./conditions.ts";
import { webhookConversion } from "./conversion-webhook.ts";
import { customCodec } from "./custom-codec.ts";
import { cleanUp } from "./instances.ts";
import { statusOf } from "./names.ts";
import { resourceInfos } from "./resource-infos.ts";

type Deps = Pick<Server, "caches" | "served" | "writer" | "webhooks" | "clock" | "log">;

/** How long to wait after an error before looking at a definition again. */
const RETRY_MS = 1000;

/** What is served for a definition, and what of the definition that depends on. */
interface Serving {
  readonly basis: object;
  readonly prefix: string;
  readonly infos: readonly ResourceInfo[];
}

/** Keeps what is served in line with the definitions there are. */
export class Definitions {
  readonly #deps: Deps;
  readonly #serving = new Map<string, Serving>();
  readonly #dirty = new Set<string>();
  readonly #cleaning = new Set<string>();
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Notes that a definition may have changed. */
  look(name: string): void {
    this.#dirty.add(name);
    this.#working ??= this.#work();
  }

  /** Resolves when everything noted so far has been looked at. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  close(): void {
    this.#closed = true;
  }

  async #work(): Promise<void> {
    // Whoever notes a change is not to wait for what it leads to.
    await undefined;
    while (this.#dirty.size > 0 && !this.#closed) {
      const [name = ""] = this.#dirty;
      this.#dirty.delete(name);
      try {
        await this.#reconcile(name);
      } catch (error) {
        if (this.#closed) break;
        this.#deps.log.warn("cannot serve a custom resource definition", { name, error });
        setTimeout(() => this.look(name), RETRY_MS).unref();
      }
    }
    this.#working = undefined;
  }

  #all(): CustomResourceDefinition[] {
    const entries = this.#deps.caches.of(customResourceDefinitions).entries.under("");
    return Array.from(entries, ({ object }) => object as unknown as CustomResourceDefinition);
  }

  async #reconcile(name: string): Promise<void> {
    const { caches, writer, clock } = this.#deps;
    const find = () => caches.of(customResourceDefinitions).entries.get(name)?.object;
    if (!find()) {
      this.#stop(name);
      // A name it had may be what another waits for.
      for (const { metadata, status } of this.#all()) {
        if (status?.conditions?.some(({ type, status: is }) => type === "NamesAccepted" && is === "False")) {
          this.#dirty.add(metadata.name);
        }
      }
      return;
    }
    await changeStatus(writer, name, (current) => statusOf(current, this.#all(), clock.now()));
    const definition = find() as unknown as CustomResourceDefinition | undefined;
    if (!definition) return this.look(name);
    if (isEstablished(definition)) await this.#serve(name, definition);
    if (definition.metadata.deletionTimestamp !== undefined) this.#cleanUp(name, definition);
  }

  /** Deletes the instances beside the other work: there may be many. */
  #cleanUp(name: string, definition: CustomResourceDefinition): void {
    if (this.#cleaning.has(name)) return;
    this.#cleaning.add(name);
    const lookAgain = (afterMs: number) => setTimeout(() => this.look(name), afterMs).unref();
    cleanUp(this.#deps, definition, this.#serving.get(name)?.infos ?? [])
      .finally(() => this.#cleaning.delete(name))
      .then(
        (again) => again !== undefined && lookAgain(again),
        (error) => {
          if (this.#closed) return;
          this.#deps.log.warn("cannot delete the instances of a custom resource definition", { name, error });
          lookAgain(RETRY_MS);
        },
      );
  }

  async #serve(name: string, definition: CustomResourceDefinition): Promise<void> {
    const { caches, served, webhooks } = this.#deps;
    const { spec, status, metadata } = definition;
    const ending = metadata.deletionTimestamp !== undefined;
    const basis = { spec, names: status?.acceptedNames, uid: metadata.uid, ending };
    const present = this.#serving.get(name);
    if (present && sameContent(present.basis, basis)) return;
    // Versions that are not served have caches too: their objects have to go when the definition does.
    const infos = resourceInfos(definition);
    const isServed = new Set(spec.versions.filter((version) => version.served).map((version) => version.name));
    const storage = spec.versions.find((version) => version.storage)?.name ?? "";
    const prefix = prefixOf({ group: spec.group, plural: spec.names.plural });
    const { conversion } = spec;
    const convert =
      conversion?.strategy === "Webhook"
        ? webhookConversion({ group: spec.group, kind: spec.names.kind }, conversion, webhooks)
        : undefined;
    await caches.add(prefix, (revision) =>
      infos.map((info) => new ResourceCache(info, revision, customCodec(info, storage, convert))),
    );
    this.#serving.set(name, { basis, prefix, infos });
    // The last instance to go lets the definition go.
    const [first] = infos;
    if (ending && first) caches.of(first).onChange(() => this.look(name));
    served.set(
      name,
      infos.filter(({ version }) => isServed.has(version)),
    );
  }

  #stop(name: string): void {
    const present = this.#serving.get(name);
    if (!present) return;
    this.#serving.delete(name);
    this.#deps.served.set(name, []);
    this.#deps.caches.remove(present.prefix);
  }
}

/** Writes the status `next` makes of the definition as it is, where that is another. */
export async function changeStatus(
  writer: ObjectWriter,
  name: string,
  next: (definition: CustomResourceDefinition) => object,
): Promise<void> {
  try {
    await writer.change(customResourceDefinitions, name, ({ object }) => {
      const status = next(object as unknown as CustomResourceDefinition);
      if (sameContent(status, object.status as object)) return { keep: true };
      const draft: Draft = draftOf(object);
      draft.status = status;
      return { put: draft as ApiObject };
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
