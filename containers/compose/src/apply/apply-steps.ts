/** Does what a plan says. */
import type { Service } from "../model.ts";
import type { OperationContext } from "../operations/context.ts";
import type { Planned, Step } from "../plan/step.ts";
import { awaitContainer, awaitService } from "./await-service.ts";
import {
  type ContainerRef,
  removeContainer,
  restartContainer,
  startContainer,
  stopContainer,
} from "./container-steps.ts";
import { createNetwork } from "./create-network.ts";
import { createVolume } from "./create-volume.ts";
import { injectFiles, makeContainer } from "./make-container.ts";
import { followProject, type ProjectEvents } from "./project-events.ts";
import { removeImage, removeNetwork, removeVolume } from "./remove-resources.ts";
import { runSteps } from "./run-steps.ts";
import { containersOf, type Site } from "./site.ts";

/**
 * Carries out `steps` on the site, in parallel as their order allows. Throws the first failure. When `enough` aborts no further
 * step is begun and nothing more is waited for, but requests under way are answered: what the engine has begun is known.
 */
export async function applySteps(site: Site, steps: readonly Planned[], enough?: AbortSignal): Promise<void> {
  if (steps.length === 0) return;
  const { context, project } = site;
  const signal = enough === undefined ? context.signal : AbortSignal.any([context.signal, enough]);
  const waits = steps.some(
    ({ step }) => step.do === "await-service" || (step.do === "recreate-container" && step.startFirst),
  );
  const events = waits ? followProject(context, project.name) : undefined;
  try {
    await events?.ready;
    await runSteps(
      steps,
      (step) =>
        step.do === "await-service" ? wait({ ...context, signal }, step, events) : perform(site, step, events),
      signal,
    );
  } finally {
    events?.close();
  }
}

function wait(
  context: OperationContext,
  step: StepOf<"await-service">,
  events: ProjectEvents | undefined,
): Promise<void> {
  if (events === undefined) throw new Error("a step waits for events that nobody follows");
  return awaitService(context, step, events);
}

function perform(
  site: Site,
  step: Exclude<Step, { readonly do: "await-service" }>,
  events: ProjectEvents | undefined,
): Promise<unknown> {
  const { context, project } = site;
  switch (step.do) {
    case "create-network":
      return createNetwork(site, step.key);
    case "remove-network":
      return removeNetwork(context, step);
    case "create-volume":
      return createVolume(site, step.key);
    case "remove-volume":
      return removeVolume(context, step.name);
    case "remove-image":
      return removeImage(context, step.image);
    case "create-container":
      return createContainer(site, step);
    case "recreate-container":
      return recreateContainer(site, step, events);
    case "rename-container":
      return renameContainer(site, step);
    case "start-container":
      return start(site, step);
    case "stop-container":
      return stopContainer(context, step.container, project.services[step.container.service], step.timeout);
    case "restart-container":
      return restartContainer(context, step.container, project.services[step.container.service], step.timeout);
    case "remove-container":
      return remove(site, step);
  }
}

type StepOf<Kind extends Step["do"]> = Extract<Step, { readonly do: Kind }>;

async function createContainer(site: Site, step: StepOf<"create-container">): Promise<void> {
  const { progress } = site.context;
  const { number, name } = step;
  const id = `Container ${name}`;
  progress.event({ id, text: "Creating", status: "working" });
  try {
    const made = await makeContainer(site, { service: serviceOf(site, step.service), number, name });
    containersOf(site, step.service).set(name, { id: made, name, number });
  } catch (error) {
    progress.event({ id, text: "Error", status: "error" });
    throw error;
  }
  progress.event({ id, text: "Created", status: "done" });
}

const SHORT_ID = 12;

async function recreateContainer(
  site: Site,
  step: StepOf<"recreate-container">,
  events: ProjectEvents | undefined,
): Promise<void> {
  const { client, progress, signal } = site.context;
  const { number, name, replaced, inherit, timeout } = step;
  const id = `Container ${replaced.name}`;
  progress.event({ id, text: "Recreate", status: "working" });
  try {
    const service = serviceOf(site, step.service);
    const temporaryName = `${replaced.id.slice(0, SHORT_ID)}_${name}`;
    const made = await makeContainer(site, { service, number, name, temporaryName, replaces: replaced, inherit });
    const quiet = { ...site.context, progress: { event: () => undefined, warn: progress.warn } };
    if (step.startFirst && events) await startSuccessor(quiet, { id: made, name: temporaryName }, service, events);
    await stopContainer(quiet, replaced, service, timeout);
    await removeContainer(quiet, replaced, false);
    await client.json(`/containers/${made}/rename`, { method: "POST", query: { name }, signal });
    containersOf(site, step.service).set(name, { id: made, name, number });
  } catch (error) {
    progress.event({ id, text: "Error", status: "error" });
    throw error;
  }
  progress.event({ id, text: "Recreated", status: "done" });
}

/** A successor that does not come up is removed, and the old one stays. */
async function startSuccessor(
  context: OperationContext,
  successor: ContainerRef,
  service: Service,
  events: ProjectEvents,
): Promise<void> {
  try {
    await startContainer(context, successor, service);
    const why = await awaitContainer(context, successor.name, service.name, "running_or_healthy", events);
    if (why !== undefined) throw new Error(`service ${service.name} is left as it was: ${why}`);
  } catch (error) {
    if (!context.signal.aborted) await removeContainer(context, successor, false);
    throw error;
  }
}

async function renameContainer(site: Site, { container, name }: StepOf<"rename-container">): Promise<void> {
  const { client, signal } = site.context;
  await client.json(`/containers/${container.id}/rename`, { method: "POST", query: { name }, signal });
  containersOf(site, container.service).set(name, { id: container.id, name, number: container.number });
}

async function start(site: Site, { service, name, complete }: StepOf<"start-container">): Promise<void> {
  const container = containerNamed(site, service, name);
  const definition = site.project.services[service];
  if (complete && definition !== undefined) await injectFiles(site, definition, container.id);
  await startContainer(site.context, container, definition);
}

async function remove(site: Site, { container, volumes }: StepOf<"remove-container">): Promise<void> {
  await removeContainer(site.context, container, volumes);
  const siblings = containersOf(site, container.service);
  if (siblings.get(container.name)?.id === container.id) siblings.delete(container.name);
}

function containerNamed(site: Site, service: string, name: string): ContainerRef {
  const found = containersOf(site, service).get(name);
  if (found === undefined) throw new Error(`service ${service} has no container ${name}`);
  return found;
}

function serviceOf({ project }: Site, name: string): Service {
  const service = project.services[name];
  if (service === undefined) throw new Error(`no such service: ${name}`);
  return service;
}
