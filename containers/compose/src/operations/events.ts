/** What happens to a project's containers, as it happens. */
import { type ContainerEvent, containerEvents } from "../attach/container-events.ts";
import type { OperationContext } from "./context.ts";

/** Which events. */
export interface EventsOptions {
  /** None: all. */
  readonly services?: readonly string[] | undefined;
  /** Seconds since the epoch, with a fraction. Default: from now on. */
  readonly since?: string | undefined;
  /** Default: for ever. */
  readonly until?: string | undefined;
}

/** Yields events until the context's signal aborts. Those of `run`'s containers are left out. */
export async function* events(
  { client, signal }: Pick<OperationContext, "client" | "signal">,
  project: string,
  { services = [], since, until }: EventsOptions = {},
): AsyncGenerator<ContainerEvent> {
  const source = await containerEvents(client, project, { since, until });
  signal.addEventListener("abort", source.close, { once: true });
  try {
    for await (const event of source.events) {
      if (event.oneOff || (services.length > 0 && !services.includes(event.service))) continue;
      yield event;
    }
  } finally {
    signal.removeEventListener("abort", source.close);
    source.close();
  }
}
