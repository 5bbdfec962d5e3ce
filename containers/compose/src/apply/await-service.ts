/** Waits until the containers of a service have come as far as another service wants them. */
import type { OperationContext } from "../operations/context.ts";
import type { AwaitedCondition, Step } from "../plan/step.ts";
import { nextEvent, type ProjectEvents } from "./project-events.ts";

interface Inspected {
  readonly Name: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string } | null;
  };
  readonly Config: { readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null };
}

/** How a container stands to what is waited for. */
export type Standing = { readonly is: "there" | "on its way" } | { readonly is: "lost"; readonly why: string };

/** Waits for a service. A failure is thrown where the dependency is required, and a warning otherwise. */
export async function awaitService(
  context: OperationContext,
  { service, condition, required, containers }: Extract<Step, { do: "await-service" }>,
  events: ProjectEvents,
): Promise<void> {
  const { progress } = context;
  const lost = await Promise.all(
    containers.map(async (name) => {
      const id = `Container ${name}`;
      progress.event({ id, text: "Waiting", status: "working" });
      const why = await awaitContainer(context, name, service, condition, events);
      if (why === undefined) {
        const text = condition === "service_completed_successfully" ? "Exited" : "Healthy";
        progress.event({ id, text, status: "done" });
      } else if (required) progress.event({ id, text: "Error", status: "error", detail: why });
      else progress.event({ id, text: "Skipped", status: "warning", detail: `optional dependency: ${why}` });
      return why;
    }),
  );
  const why = lost.find((each) => each !== undefined);
  if (why === undefined) return;
  if (required) throw new Error(condition === "service_healthy" ? `dependency failed to start: ${why}` : why);
  progress.warn(`optional dependency "${service}" failed: ${why}`);
}

/** Waits for one container of `service`. Answers undefined when it is there, else why it never will be. */
export async function awaitContainer(
  { client, signal, rehearsal }: OperationContext,
  name: string,
  service: string,
  condition: AwaitedCondition,
  events: ProjectEvents,
): Promise<string | undefined> {
  if (rehearsal) return undefined;
  for (;;) {
    // Listening begins before looking, so that nothing happens in between.
    const next = nextEvent(events, name, signal);
    try {
      const path = `/containers/${encodeURIComponent(name)}/json`;
      const standing = standingOf(await client.json<Inspected>(path, { signal }), service, condition);
      if (standing.is === "there") return undefined;
      if (standing.is === "lost") return standing.why;
      await next.change;
    } finally {
      next.cancel();
    }
  }
}

/** Judges a container by its inspection. Pure. */
export function standingOf({ Name, State, Config }: Inspected, service: string, condition: AwaitedCondition): Standing {
  const name = Name.replace(/^\//, "");
  if (condition === "service_completed_successfully") {
    if (State.Status !== "exited") return { is: "on its way" };
    if (State.ExitCode === 0) return { is: "there" };
    return { is: "lost", why: `service "${service}" didn't complete successfully: exit ${State.ExitCode}` };
  }
  if (State.Status === "exited" || State.Status === "dead")
    return { is: "lost", why: `container ${name} exited (${State.ExitCode})` };
  const test = Config.Healthcheck?.Test ?? [];
  const isChecked = State.Health != null || (test.length > 0 && test[0] !== "NONE");
  if (!isChecked) {
    if (condition === "service_healthy") return { is: "lost", why: `container ${name} has no healthcheck configured` };
    return State.Status === "running" ? { is: "there" } : { is: "on its way" };
  }
  switch (State.Health?.Status) {
    case "healthy":
      return { is: "there" };
    case "unhealthy":
      return { is: "lost", why: `container ${name} is unhealthy` };
    default:
      return { is: "on its way" };
  }
}
