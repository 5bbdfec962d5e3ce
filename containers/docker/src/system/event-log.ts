/** What has happened, as the API tells it: the last messages are kept, like dockerd keeps them, and the next ones are passed on. */
import type { Container, ContainerEvent, Engine, Image } from "@skiff/engine";

/** One message of GET /events. */
export interface EventMessage {
  readonly status?: string;
  readonly id?: string;
  readonly from?: string;
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: "local";
  readonly time: number;
  readonly timeNano: number;
}

/** What a handler tells of something it did. */
export interface Happening {
  readonly type: "container" | "image" | "network" | "volume";
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Messages of the past and those to come. */
export interface EventLog {
  publish(happening: Happening): void;
  /** Something done to a container beyond what the engine itself tells of. */
  publishContainer(action: string, container: Container, attributes?: Readonly<Record<string, string>>): void;
  /** Something done to an image under a name of it, or under its id. */
  publishImage(action: string, image: Image, name: string): void;
  /** The messages kept, oldest first. */
  past(): readonly EventMessage[];
  /** Calls back with each message from now on, until the result is called. */
  listen(listener: (message: EventMessage) => void): () => void;
  /** Follows the engine's own events until `signal` aborts. */
  follow(engine: Pick<Engine, "containers">, signal: AbortSignal): Promise<void>;
}

const KEPT = 256;

const ACTIONS: Readonly<Record<ContainerEvent["type"], string>> = {
  created: "create",
  started: "start",
  stopped: "die",
  deleted: "destroy",
  oom: "oom",
  paused: "pause",
  unpaused: "unpause",
  health: "health_status",
};

/** An empty log. `now` is in milliseconds since the epoch. */
export function createEventLog(now: () => number): EventLog {
  const kept: EventMessage[] = [];
  const listeners = new Set<(message: EventMessage) => void>();

  function add({ type, action, id, attributes }: Happening, time: number): void {
    const legacy = type === "container" || type === "image" ? { status: action, id } : {};
    const message: EventMessage = {
      ...legacy,
      ...(type === "container" ? { from: attributes.image ?? "" } : {}),
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: attributes },
      scope: "local",
      time: Math.floor(time / 1000),
      timeNano: time * 1e6,
    };
    kept.push(message);
    if (kept.length > KEPT) kept.shift();
    for (const listener of listeners) listener(message);
  }

  function addContainer(
    action: string,
    container: Container,
    more: Readonly<Record<string, string>>,
    time: number,
  ): void {
    const image = "image" in container.spec.root ? container.spec.root.image : "";
    const attributes = { ...container.spec.labels, image, name: container.name, ...more };
    add({ type: "container", action, id: container.id, attributes }, time);
  }

  return {
    publish: (happening) => add(happening, now()),
    publishContainer: (action, container, attributes = {}) => addContainer(action, container, attributes, now()),
    publishImage(action, { id, config }, name) {
      const attributes = { ...config.config?.Labels, name };
      add({ type: "image", action, id: action === "pull" ? name : id, attributes }, now());
    },
    past: () => kept,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async follow(engine, signal) {
      for await (const { type, container, time } of engine.containers.events(signal)) {
        const action = type === "health" ? `health_status: ${container.health?.status}` : ACTIONS[type];
        const exit: Record<string, string> = type === "stopped" ? { exitCode: String(container.exit?.code ?? 0) } : {};
        addContainer(action, container, exit, time);
      }
    },
  };
}
