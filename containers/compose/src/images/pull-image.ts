/** One image is pulled. */
import type { Service } from "../model.ts";
import type { OperationContext, RegistryAuth } from "../operations/context.ts";
import { parseReference } from "./reference.ts";

/** How a pull is done and shown. */
export interface PullImageOptions {
  readonly platform?: string | undefined;
  /** Layers are not shown. */
  readonly quiet?: boolean | undefined;
  readonly auth?: RegistryAuth | undefined;
  /** What a failure is to whoever asked. Default "error". */
  readonly failure?: "warning" | "error" | undefined;
}

/** Layers that these words describe need nothing more. */
const FINAL = new Set(["Pull complete", "Already exists", "Download complete"]);

/** Pulls the image of `service`. Throws the registry's or the engine's error. */
export async function pullImage(
  { client, progress, signal, rehearsal }: OperationContext,
  service: Service,
  image: string,
  { platform = service.platform, quiet = false, auth, failure = "error" }: PullImageOptions,
): Promise<void> {
  const id = service.name;
  progress.event({ id, text: "Pulling", status: "working" });
  const { registry, name, tag } = parseReference(image);
  try {
    const credentials = await auth?.(registry);
    const messages = rehearsal
      ? []
      : client.messages("/images/create", {
          method: "POST",
          query: { fromImage: name, tag, platform },
          headers: credentials === undefined ? {} : { "x-registry-auth": credentials },
          signal,
        });
    for await (const message of messages) {
      if (typeof message.error === "string") throw new Error(message.error);
      if (!quiet && typeof message.id === "string" && typeof message.status === "string" && message.id !== tag)
        progress.event({
          ...{ id: message.id, text: message.status, status: FINAL.has(message.status) ? "done" : "working" },
          detail: typeof message.progress === "string" ? message.progress : undefined,
        });
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    progress.event({ id, text: failure === "warning" ? "Warning" : "Error", status: failure, detail });
    throw error;
  }
  progress.event({ id, text: "Pulled", status: "done" });
}
