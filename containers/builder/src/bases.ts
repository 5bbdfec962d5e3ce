/** Images that stages begin with or copy from: stored, pulled, or made where no registry can be reached. */
import type { Engine, Image, RegistryAuth } from "@skiff/engine";
import { isEngineError } from "@skiff/engine";
import { familiarReference, parseReference } from "@skiff/registry";
import { makeBaseImage } from "./base-image/make-base-image.ts";
import type { Report } from "./build-event.ts";

/** Gives the credentials for a reference, where there are any. */
export type FindAuth = (reference: string) => RegistryAuth | undefined | Promise<RegistryAuth | undefined>;

/** What finding an image takes. */
export interface BaseDeps {
  readonly engine: Pick<Engine, "images">;
  /** Ask the registry even where the image is stored. */
  readonly pull: boolean;
  readonly auth?: FindAuth | undefined;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Gives the image a reference names. Rejects with the engine's error where it can neither be had nor made. */
export async function findBase({ engine, pull, auth, report, signal }: BaseDeps, text: string): Promise<Image> {
  const stored = await engine.images.get(text);
  if (stored !== undefined && (!pull || stored.id === text)) return stored;
  const reference = familiarReference(parseReference(text));
  report({ type: "message", text: `Pulling ${reference}` });
  try {
    const progress = (
      one: Parameters<NonNullable<NonNullable<Parameters<Engine["images"]["pull"]>[1]>["progress"]>>[0],
    ) => report({ type: "pull", image: reference, progress: one });
    return await engine.images.pull(text, { auth: await auth?.(text), progress, signal });
  } catch (error) {
    if (!isEngineError(error, "unavailable")) throw error;
    if (stored !== undefined) {
      report({ type: "message", text: `${error.message}; using the stored ${reference}` });
      return stored;
    }
    const made = await makeBaseImage(
      { images: engine.images, report: (text) => report({ type: "message", text }), signal },
      reference,
    );
    if (made === undefined) throw error;
    return made;
  }
}
