/** What must be made, replaced and removed so that a project's containers are as its file says. Pure. */
import { resolveReferences } from "../container/resolve-references.ts";
import type { Project, Service } from "../model.ts";
import type { Observed, ObservedContainer, ObservedImage } from "../observe/observed.ts";
import type { CreateOptions } from "../operations/create.ts";
import { configHash } from "./config-hash.ts";
import { filesHash } from "./files-hash.ts";
import { isDiverged } from "./is-diverged.ts";
import { LABEL } from "./labels.ts";
import { containerName, imageName } from "./names.ts";
import { planResources } from "./plan-resources.ts";
import { replicas } from "./replicas.ts";
import { dependentsOf, inDependencyOrder, referencedServices } from "./service-order.ts";
import type { Planned, Step } from "./step.ts";

/** A container as it will be when the steps are done. */
export interface FutureContainer {
  /** Undefined where it is yet to be made. */
  readonly id: string | undefined;
  readonly service: string;
  readonly number: number;
  readonly name: string;
  readonly running: boolean;
  /** It exists already and has never run: the process that made it may have ended before it was complete. */
  readonly unfinished: boolean;
}

/** Steps, and what is there after them. */
export interface CreatePlan {
  readonly steps: readonly Planned[];
  readonly containers: readonly FutureContainer[];
}

/** What decides besides the file and what runs. */
export type PlanCreateOptions = Pick<
  CreateOptions,
  "services" | "recreate" | "recreateDependencies" | "inherit" | "timeout" | "scale"
> & {
  /** Services whose networks and volumes are made, and no containers. */
  readonly prepared?: readonly string[] | undefined;
};

/**
 * Plans networks, volumes and containers. `images` has the images that are there, by the names that services give them.
 * Throws where the file asks for what cannot be: two containers of one name, or a container that shares with one that is missing.
 */
export function planCreate(
  project: Project,
  observed: Observed,
  images: ReadonlyMap<string, ObservedImage>,
  options: PlanCreateOptions,
): CreatePlan {
  const resources = planResources(project, observed, options.prepared);
  const steps: Planned[] = [...resources.steps];
  const containers: FutureContainer[] = [];
  /** The steps that make or replace containers, by service. */
  const making = new Map<string, string[]>();
  /** Dependents that are stopped so that they start anew with what they depend on. */
  const stopped = new Set<string>();
  const firstIds = new Map<string, string>();

  for (const service of inDependencyOrder(project.services)) {
    const existing = observed.containers.filter((each) => each.service === service.name && !each.oneOff);
    const made: string[] = [];
    const before = [
      ...resources.neededBy(service),
      ...[...Object.keys(service.depends_on ?? {}), ...referencedServices(service)].flatMap(
        (name) => making.get(name) ?? [],
      ),
    ];
    const add = (step: Step, name: string, after: readonly string[] = []): string => {
      const id = `${step.do} ${name}`;
      steps.push({ id, after: [...new Set(after)], step });
      return id;
    };

    const policy = isNamed(service, options) ? options.recreate : options.recreateDependencies;
    // Links are not part of what is hashed; the rest of what a service refers to is, by the ids of containers.
    const referenceChanges = referencedServices({ ...service, links: [] }).some((name) => making.has(name));
    const hash = referenceChanges ? undefined : configHash(resolveReferences(service, (name) => firstIds.get(name)));
    const files = filesHash(project, service);
    const imageId = images.get(imageName(project, service))?.id;
    const diverged = new Set(
      existing.filter((each) => {
        if (policy === "force") return true;
        if (policy === "never") return false;
        if (resources.remakes(service)) return true;
        return isDiverged(project, service, each, { hash, files, imageId, networks: observed.networks });
      }),
    );

    const expected = replicas(service, options.scale);
    const ranked = existing.toSorted(
      (a, b) =>
        Number(diverged.has(a)) - Number(diverged.has(b)) ||
        Number(replacedBy(existing, a)) - Number(replacedBy(existing, b)) ||
        a.number - b.number,
    );
    const removed = new Map<number, string>();
    for (const container of ranked.slice(expected)) {
      const { timeout } = options;
      const stop = isUp(container) ? [add({ do: "stop-container", container, timeout }, container.name)] : [];
      const removal = add({ do: "remove-container", container, volumes: false }, container.name, stop);
      removed.set(container.number, removal);
    }
    for (const container of ranked.slice(0, expected)) {
      const { number } = container;
      const name = containerName(project, service, number);
      if (diverged.has(container)) {
        const startFirst = isUp(container) && startsFirst(service);
        const step: Step = {
          ...{ do: "recreate-container", service: service.name, number, name, replaced: container },
          ...{ inherit: options.inherit ?? true, startFirst, timeout: options.timeout },
        };
        const dependents = stopDependents(project, observed, service.name, options, stopped, add);
        made.push(add(step, name, [...before, ...dependents]));
        const running = startFirst;
        containers.push({ id: undefined, service: service.name, number, name, running, unfinished: false });
        continue;
      }
      // Its name is still the one it had beside the container that it was made to replace.
      const renamed = container.name !== name && container.labels[LABEL.replace] !== undefined;
      if (renamed)
        add(
          { do: "rename-container", container, name },
          name,
          [removed.get(number)].flatMap((id) => id ?? []),
        );
      containers.push({
        ...{ id: container.id, service: service.name, number, name: renamed ? name : container.name },
        running: isUp(container) && !stopped.has(container.id) && !resources.stops(container),
        unfinished: container.state === "created",
      });
    }
    const next = Math.max(0, ...existing.map(({ number }) => number)) + 1;
    for (let number = next; number < next + expected - existing.length; number++) {
      const name = containerName(project, service, number);
      made.push(add({ do: "create-container", service: service.name, number, name }, name, before));
      containers.push({ id: undefined, service: service.name, number, name, running: false, unfinished: false });
    }
    if (made.length > 0) making.set(service.name, made);
    const first = ranked.find((each) => !diverged.has(each));
    if (first !== undefined) firstIds.set(service.name, first.id);
  }
  // A dependent that comes later in the order than what stopped it has been counted already.
  return { steps, containers: containers.map((each) => (isStopped(each, observed, stopped) ? asStopped(each) : each)) };
}

type Add = (step: Step, name: string, after?: readonly string[]) => string;

/** Containers of services that want to start anew when `service` does are stopped before it is replaced. */
function stopDependents(
  project: Project,
  observed: Observed,
  service: string,
  { timeout }: PlanCreateOptions,
  stopped: Set<string>,
  add: Add,
): string[] {
  const names = dependentsOf(service, project.services).flatMap(([name, { restart }]) => (restart ? [name] : []));
  return observed.containers
    .filter((each) => names.includes(each.service) && !each.oneOff && isUp(each))
    .map((container) => {
      if (stopped.has(container.id)) return `stop-container ${container.name}`;
      stopped.add(container.id);
      return add({ do: "stop-container", container, timeout }, container.name);
    });
}

function isStopped({ name }: FutureContainer, { containers }: Observed, stopped: ReadonlySet<string>): boolean {
  return containers.some((each) => each.name === name && stopped.has(each.id));
}

function asStopped(container: FutureContainer): FutureContainer {
  return { ...container, running: false };
}

/** Whether a container's successor may run beside it: not where both would need the same port of the host. */
export function startsFirst({ deploy, ports = [] }: Service): boolean {
  return deploy?.update_config?.order === "start-first" && ports.every(({ published }) => published === undefined);
}

function isNamed({ name }: Service, { services = [] }: PlanCreateOptions): boolean {
  return services.length === 0 || services.includes(name);
}

/** Whether the container counts as started: what restarts or is paused does too. */
export function isUp({ state }: ObservedContainer): boolean {
  return state === "running" || state === "paused" || state === "restarting";
}

/** A container for which a successor has been made, by a process that ended before the container was removed. */
function replacedBy(containers: readonly ObservedContainer[], { id }: ObservedContainer): boolean {
  return containers.some(({ labels }) => labels[LABEL.replace] === id);
}
