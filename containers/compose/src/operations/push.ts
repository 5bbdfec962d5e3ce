/** Images of services that are built here are pushed. */
import { imagePath } from "../images/observe-images.ts";
import { parseReference } from "../images/reference.ts";
import type { Project, Service } from "../model.ts";
import type { OperationContext, RegistryAuth } from "./context.ts";

/** What is pushed, and how. */
export interface PushOptions {
  /** None: all. */
  readonly services?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  readonly ignoreFailures?: boolean | undefined;
  readonly auth?: RegistryAuth | undefined;
}

/** Pushes the images, several at a time, with the further tags of their builds. */
export async function push(context: OperationContext, project: Project, options: PushOptions): Promise<void> {
  const { services = [] } = options;
  const all = Object.values(project.services).filter(({ name }) => services.length === 0 || services.includes(name));
  const outcomes = await Promise.allSettled(
    all.map(async (service) => {
      if (service.build === undefined || service.image === undefined) {
        context.progress.event({ id: service.name, text: "Skipped", status: "done" });
        return;
      }
      for (const image of [service.image, ...(service.build.tags ?? [])])
        await pushImage(context, service, image, options);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined && !(options.ignoreFailures && !context.signal.aborted)) throw failed.reason;
}

async function pushImage(
  { client, progress, signal, rehearsal }: OperationContext,
  { name }: Service,
  image: string,
  { quiet = false, auth }: PushOptions,
): Promise<void> {
  const reference = parseReference(image);
  const credentials = await auth?.(reference.registry);
  const id = `Pushing ${name}: ${image}`;
  progress.event({ id: name, text: "Pushing", status: "working", detail: image });
  const messages = rehearsal
    ? []
    : client.messages(`/images/${imagePath(reference.name)}/push`, {
        method: "POST",
        query: { tag: reference.tag },
        // The header has to be there even where nobody is to be named.
        headers: { "x-registry-auth": credentials ?? Buffer.from("{}").toString("base64url") },
        signal,
      });
  try {
    for await (const { error, id: layer, status, progress: amount } of messages) {
      if (typeof error === "string") throw new Error(error);
      if (quiet || typeof layer !== "string" || typeof status !== "string") continue;
      const isDone = status === "Pushed" || status === "Layer already exists" || status.startsWith("Mounted");
      const detail = typeof amount === "string" ? amount : undefined;
      progress.event({ id: `${id} ${layer}`, text: status, status: isDone ? "done" : "working", detail });
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    progress.event({ id: name, text: "Error", status: "error", detail });
    throw error;
  }
  progress.event({ id: name, text: "Pushed", status: "done", detail: image });
}
