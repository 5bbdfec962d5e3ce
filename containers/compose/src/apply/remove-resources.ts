/** Networks, volumes and images are removed. What is still in use stays, with a warning. */
import { DockerApiError } from "@skiff/docker/client";
import { imagePath } from "../images/observe-images.ts";
import type { OperationContext } from "../operations/context.ts";
import { isGone } from "./container-steps.ts";

/** Removes a network that nothing is connected to. */
export async function removeNetwork(context: OperationContext, network: { id: string; name: string }): Promise<void> {
  await remove(context, `Network ${network.name}`, `/networks/${network.id}`, {});
}

/** Removes a volume and what is in it. */
export async function removeVolume(context: OperationContext, name: string): Promise<void> {
  await remove(context, `Volume ${name}`, `/volumes/${encodeURIComponent(name)}`, { force: "1" });
}

/** Removes an image, or this name of it. */
export async function removeImage(context: OperationContext, name: string): Promise<void> {
  await remove(context, `Image ${name}`, `/images/${imagePath(name)}`, {});
}

async function remove(
  { client, progress, signal }: OperationContext,
  id: string,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  progress.event({ id, text: "Removing", status: "working" });
  try {
    await client.json(path, { method: "DELETE", query, signal });
  } catch (error) {
    if (isGone(error)) progress.event({ id, text: "No resource found to remove", status: "warning" });
    else if (isInUse(error)) progress.event({ id, text: "Resource is still in use", status: "warning" });
    else {
      progress.event({ id, text: "Error", status: "error" });
      throw error;
    }
    return;
  }
  progress.event({ id, text: "Removed", status: "done" });
}

/** dockerd says 403 of a network that has containers, and 409 of volumes and images. */
function isInUse(error: unknown): boolean {
  return error instanceof DockerApiError && (error.status === 409 || /active endpoints/.test(error.message));
}
