/** What happens to the containers of a project, as the engine tells it. */
import type { DockerClient } from "@skiff/docker/client";
import { LABEL } from "../plan/labels.ts";

/** One event of a container. */
export interface ContainerEvent {
  /** "create", "start", "die", "destroy", "health_status: healthy" … */
  readonly action: string;
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly image: string;
  readonly number: number;
  readonly oneOff: boolean;
  /** Of "die". */
  readonly exitCode: number;
  /** Nanoseconds since the epoch, decimal digits: no number holds them all. */
  readonly time: string;
  /** Without Compose's own labels. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Events that come, until `close`. */
export interface ContainerEvents {
  readonly events: AsyncIterable<ContainerEvent>;
  close(): void;
}

/** A line longer than this is no event. */
const MAX_LINE = 1024 * 1024;

/** Listens to the containers of `project`. When it resolves, nothing that happens is missed. */
export async function containerEvents(
  client: DockerClient,
  project: string,
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined } = {},
): Promise<ContainerEvents> {
  const filters = JSON.stringify({ type: ["container"], label: [`${LABEL.project}=${project}`] });
  const response = await client.open("/events", { query: { filters, since, until } });
  let closed = false;
  async function* events(): AsyncGenerator<ContainerEvent> {
    let rest = "";
    try {
      for await (const chunk of response.setEncoding("utf8")) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        if (rest.length > MAX_LINE) throw new Error("an event of the engine is too long");
        for (const line of lines) if (line.trim() !== "") yield eventOf(line);
      }
    } catch (error) {
      if (!closed) throw error;
    }
  }
  return {
    events: events(),
    close() {
      closed = true;
      response.destroy();
    },
  };
}

interface Message {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> };
  readonly time: number;
}

function eventOf(line: string): ContainerEvent {
  const { Action: action, Actor, time }: Message = JSON.parse(line);
  const all = Actor.Attributes ?? {};
  return {
    action,
    id: Actor.ID,
    name: all.name ?? Actor.ID.slice(0, 12),
    service: all[LABEL.service] ?? "",
    image: all.image ?? "",
    number: Number(all[LABEL.number] ?? 0),
    oneOff: all[LABEL.oneOff] === "True",
    exitCode: Number(all.exitCode ?? 0),
    time: /"timeNano":(\d+)/.exec(line)?.[1] ?? `${time}000000000`,
    attributes: Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith("com.docker.compose."))),
  };
}
