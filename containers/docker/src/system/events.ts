/** GET /events: what happens to containers from now on, one JSON object a line. */
import type { ContainerEvent } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";

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

export function events({ engine, now }: Deps): Handler {
  return async function events(call) {
    const wanted = filters(call);
    const until = Number(call.query.get("until") ?? "0") * 1000;
    const signal =
      until > 0 ? AbortSignal.any([call.signal, AbortSignal.timeout(Math.max(until - now(), 0))]) : call.signal;
    async function* lines(): AsyncGenerator<string> {
      for await (const event of engine.containers.events(signal)) {
        const message = toMessage(event);
        if (isWanted(message, wanted)) yield `${JSON.stringify(message)}\n`;
      }
    }
    return { status: 200, stream: lines() };
  };
}

interface EventMessage {
  readonly status: string;
  readonly id: string;
  readonly from: string;
  readonly Type: "container";
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: "local";
  readonly time: number;
  readonly timeNano: number;
}

function toMessage({ type, container, time }: ContainerEvent): EventMessage {
  const image = "image" in container.spec.root ? container.spec.root.image : "";
  const exit: Record<string, string> =
    type === "stopped" && container.exit !== undefined ? { exitCode: String(container.exit.code) } : {};
  const action = type === "health" ? `health_status: ${container.health?.status}` : ACTIONS[type];
  return {
    status: action,
    id: container.id,
    from: image,
    Type: "container",
    Action: action,
    Actor: { ID: container.id, Attributes: { ...container.spec.labels, image, name: container.name, ...exit } },
    scope: "local",
    time: Math.floor(time / 1000),
    timeNano: time * 1e6,
  };
}

function isWanted(message: EventMessage, wanted: ReadonlyMap<string, readonly string[]>): boolean {
  const { Attributes, ID } = message.Actor;
  const checks: Readonly<Record<string, (value: string) => boolean>> = {
    type: (value) => value === message.Type,
    // "health_status" is all of them.
    event: (value) => value === message.Action || message.Action.startsWith(`${value}:`),
    container: (value) => value === Attributes.name || ID.startsWith(value),
    image: (value) => value === message.from,
    label: (value) =>
      value.includes("=")
        ? Attributes[value.split("=")[0] ?? ""] === value.slice(value.indexOf("=") + 1)
        : value in Attributes,
  };
  return [...wanted].every(
    ([name, values]) => values.length === 0 || values.some((value) => checks[name]?.(value) ?? false),
  );
}
