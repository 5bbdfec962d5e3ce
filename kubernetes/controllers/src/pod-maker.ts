import { isForbidden, isNotFound, type ResourceInfo } from "@skiff/api";
import type { Pod, PodTemplateSpec } from "@skiff/api/core/v1";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import { pods } from "@skiff/api/resources";
import { type Client, type EventRecorder, referenceTo } from "@skiff/client";
import { controllerReference } from "./owner-reference.ts";

interface Owner {
  readonly metadata: ObjectMeta;
}

/** The pod that `template` describes, to be controlled by `owner`; `metadata` adds to what the template says. */
export function podFrom(
  resource: ResourceInfo,
  owner: Owner,
  template: PodTemplateSpec,
  metadata: Partial<ObjectMeta> = {},
): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "",
      ...(metadata.name ? {} : { generateName: `${owner.metadata.name}-` }),
      namespace: owner.metadata.namespace,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ...metadata,
      ownerReferences: [controllerReference(resource, owner)],
    },
    spec: template.spec ?? { containers: [] },
  };
}

/** Creates and deletes pods for their owner, and tells the users about it in events on the owner. */
export class PodMaker {
  readonly #client: Client;
  readonly #events: EventRecorder;
  readonly #resource: ResourceInfo;

  constructor(o: { readonly client: Client; readonly events: EventRecorder; readonly resource: ResourceInfo }) {
    this.#client = o.client;
    this.#events = o.events;
    this.#resource = o.resource;
  }

  /** Answers the pod as created, or undefined where the namespace is on its way out, which needs no retry. */
  async create(owner: Owner, pod: Pod, signal: AbortSignal): Promise<Pod | undefined> {
    try {
      const created = await this.#client.create(pods, pod, { signal });
      this.#say(owner, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
      return created;
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      this.#say(owner, "Warning", "FailedCreate", `Error creating: ${(error as Error).message}`);
      throw error;
    }
  }

  /** Deletes the pod; one that is gone already is as good. */
  async delete(owner: Owner, pod: Pod, signal: AbortSignal): Promise<void> {
    const { name, uid } = pod.metadata;
    try {
      await this.#client.delete(pods, pod.metadata, { preconditions: { uid }, signal });
      this.#say(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
    } catch (error) {
      if (isNotFound(error)) return;
      this.#say(owner, "Warning", "FailedDelete", `Error deleting: ${(error as Error).message}`);
      throw error;
    }
  }

  #say(owner: Owner, type: "Normal" | "Warning", reason: string, message: string): void {
    this.#events.event(referenceTo(this.#resource, owner), type, reason, message);
  }
}

/** Whether the server refused to create something because its namespace is being deleted. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!isForbidden(error)) return false;
  return error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;
}
