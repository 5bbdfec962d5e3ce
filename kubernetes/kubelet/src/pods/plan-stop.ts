import { podContainers } from "../spec/containers.ts";
import { isAlive, newest, type ObservedContainer } from "./observed.ts";
import type { Draft, PlanInput } from "./plan.ts";

/** Shorter than this no container is given, so that its end can still be seen. */
const MINIMUM_GRACE_SECONDS = 2;

/**
 * The steps that end a Pod: its containers, then its sidecars in the reverse of their order, then its sandbox, then its
 * volumes; then what its fate asks for.
 */
export function planStop(input: PlanInput, draft: Draft): void {
  const { observed, fate, busy } = input;
  const alive = observed.containers.filter(isAlive);
  for (const container of nextToDie(input, alive)) {
    draft.add({
      do: "killContainer",
      name: container.name,
      id: container.id,
      reason: {
        message: `Stopping container ${container.name}`,
        gracePeriodSeconds: Math.max(input.gracePeriodSeconds, MINIMUM_GRACE_SECONDS),
      },
    });
  }
  // A start under way may yet bring a container into being.
  if (alive.length > 0 || [...busy].some((key) => key === "sandbox" || key.startsWith("start/"))) return;
  const ready = observed.sandboxes.filter((sandbox) => sandbox.ready);
  for (const { id } of ready) draft.add({ do: "stopSandbox", id });
  if (ready.length > 0 || busy.has("volumes")) return;
  if (fate === "gone") {
    for (const { id } of observed.sandboxes) draft.add({ do: "removeSandbox", id });
    if (observed.sandboxes.length > 0) return;
  }
  if (input.volumes !== "unmounted") draft.add({ do: "unmountVolumes" });
  else if (fate === "delete") draft.add({ do: "confirmDeletion" });
  else if (fate === "gone") draft.add({ do: "forget" });
}

/** Everything but sidecars first; of the sidecars only the last one at a time. */
function nextToDie(input: PlanInput, alive: readonly ObservedContainer[]): readonly ObservedContainer[] {
  const sidecars = podContainers(input.pod).flatMap(({ role, container }) =>
    role === "sidecar" ? [container.name] : [],
  );
  const others = alive.filter(({ name }) => !sidecars.includes(name));
  if (others.length > 0) return others;
  const last = sidecars.findLast((name) => alive.some((container) => container.name === name));
  const found = last === undefined ? undefined : newest(input.observed, last);
  return found ? alive.filter(({ name }) => name === found.name) : alive;
}
