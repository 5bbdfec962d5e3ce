/** How much room a container takes. */
import type { Container } from "@skiff/engine";
import type { Deps } from "../deps.ts";

/** Bytes of what it changed (`SizeRw`), and of that together with its image (`SizeRootFs`). */
export async function containerSize(
  { engine }: Pick<Deps, "engine">,
  { id, imageId }: Container,
): Promise<{ readonly SizeRw: number; readonly SizeRootFs: number }> {
  const own = (await engine.snapshots.get(id)) ? (await engine.snapshots.usage(id)).bytes : 0;
  const image = (await engine.images.get(imageId))?.size ?? 0;
  return { SizeRw: own, SizeRootFs: own + image };
}
