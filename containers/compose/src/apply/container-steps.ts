/** Containers are started, stopped and removed. */
import { DockerApiError } from "@skiff/docker/client";
import { seconds } from "../container/duration.ts";
import type { Hook, Service } from "../model.ts";
import type { ObservedContainer } from "../observe/observed.ts";
import type { OperationContext } from "../operations/context.ts";
import { runHooks } from "./run-hooks.ts";

/** A container, as far as these need it. */
export type ContainerRef = Pick<ObservedContainer, "id" | "name">;

/** Starts a container and runs its `post_start` hooks. */
export async function startContainer(
  context: OperationContext,
  container: ContainerRef,
  service: Pick<Service, "post_start"> | undefined,
): Promise<void> {
  const { client, progress, signal } = context;
  const id = `Container ${container.name}`;
  progress.event({ id, text: "Starting", status: "working" });
  try {
    await client.json(`/containers/${container.id}/start`, { method: "POST", signal });
    await runHooks(context, container, service?.post_start ?? []);
  } catch (error) {
    progress.event({ id, text: "Error", status: "error" });
    throw error;
  }
  progress.event({ id, text: "Started", status: "done" });
}

/**
 * Stops a container: its `pre_stop` hooks, its signal, and after `timeout` seconds the end. Without a timeout the grace
 * period of its service counts, which the engine knows from its making. One that is gone is stopped.
 */
export async function stopContainer(
  context: OperationContext,
  container: ContainerRef & { readonly state?: string },
  service: Pick<Service, "pre_stop" | "stop_grace_period"> | undefined,
  timeout: number | undefined,
): Promise<void> {
  const { client, progress, signal } = context;
  const id = `Container ${container.name}`;
  progress.event({ id, text: "Stopping", status: "working" });
  const t = timeout ?? seconds(service?.stop_grace_period);
  try {
    await runPreStop(context, container, service?.pre_stop ?? []);
    const query = t === undefined ? {} : { t: String(t) };
    await client.json(`/containers/${container.id}/stop`, { method: "POST", query, signal });
  } catch (error) {
    if (!isGone(error)) {
      progress.event({ id, text: "Error while Stopping", status: "error" });
      throw error;
    }
  }
  progress.event({ id, text: "Stopped", status: "done" });
}

/** Stops a container and starts it again, with the hooks of both. */
export async function restartContainer(
  context: OperationContext,
  container: ContainerRef & { readonly state?: string },
  service: Pick<Service, "pre_stop" | "post_start" | "stop_grace_period"> | undefined,
  timeout: number | undefined,
): Promise<void> {
  const { client, progress, signal } = context;
  const id = `Container ${container.name}`;
  progress.event({ id, text: "Restarting", status: "working" });
  const t = timeout ?? seconds(service?.stop_grace_period);
  try {
    await runPreStop(context, container, service?.pre_stop ?? []);
    const query = t === undefined ? {} : { t: String(t) };
    await client.json(`/containers/${container.id}/restart`, { method: "POST", query, signal });
    await runHooks(context, container, service?.post_start ?? []);
  } catch (error) {
    progress.event({ id, text: "Error while Restarting", status: "error" });
    throw error;
  }
  progress.event({ id, text: "Started", status: "done" });
}

/** Removes a container, whether it runs or not; one that is gone, or that somebody else removes, is removed. */
export async function removeContainer(
  { client, progress, signal }: OperationContext,
  container: ContainerRef,
  volumes: boolean,
): Promise<void> {
  const id = `Container ${container.name}`;
  progress.event({ id, text: "Removing", status: "working" });
  try {
    const query = { force: "1", v: volumes ? "1" : "0" };
    await client.json(`/containers/${container.id}`, { method: "DELETE", query, signal });
  } catch (error) {
    if (!isGone(error) && !(error instanceof DockerApiError && error.status === 409)) {
      progress.event({ id, text: "Error while Removing", status: "error" });
      throw error;
    }
  }
  progress.event({ id, text: "Removed", status: "done" });
}

/** A container that has ended by itself meanwhile needs no hooks. */
async function runPreStop(
  context: OperationContext,
  container: ContainerRef & { readonly state?: string },
  hooks: readonly Hook[],
): Promise<void> {
  if (container.state !== "running") return;
  try {
    await runHooks(context, container, hooks);
  } catch (error) {
    if (!(error instanceof DockerApiError && error.status === 409)) throw error;
  }
}

/** Whether the engine says that there is no such thing. */
export function isGone(error: unknown): boolean {
  return error instanceof DockerApiError && error.status === 404;
}
