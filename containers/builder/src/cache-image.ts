/** The step cache as an image: `--cache-to` writes one, `--cache-from` reads it. Its layers are those of all steps, its label says which step made which. */
import type { Engine, Image } from "@skiff/engine";
import type { Descriptor, Platform } from "@skiff/registry";
import type { StageState } from "./stage-state.ts";
import type { StepCache, StepResult } from "./step-cache.ts";

const LABEL = "io.skiff.build-cache";
const MAX_STEPS = 10_000;

/** Results of other machines' builds. */
export interface CacheImports {
  /** The result with that key, its layer unpacked over `below` and kept in the step cache; undefined where nobody left one. */
  take(
    key: string,
    below: readonly { readonly descriptor: Descriptor; readonly diffId: string }[],
  ): Promise<StepResult | undefined>;
}

interface Entry {
  readonly key: string;
  readonly result: StepResult;
}

/** Makes the image of the steps that led to `states`, under `name`. */
export async function exportCache(
  { images }: Pick<Engine, "images">,
  states: readonly StageState[],
  { name, platform }: { readonly name: string; readonly platform: Platform },
): Promise<Image> {
  const entries = new Map(states.flatMap(({ steps }) => steps.map((step) => [step.key, step.result] as const)));
  const layers = new Map(
    [...entries.values()].flatMap((result) => (result.empty ? [] : [[result.layer.digest, result]])),
  );
  const made = [...layers.values()];
  const text = JSON.stringify([...entries].map(([key, result]): Entry => ({ key, result })));
  return images.put({
    name,
    layers: made.map(({ layer }) => layer),
    config: {
      os: platform.os,
      architecture: platform.architecture,
      config: { Labels: { [LABEL]: text } },
      rootfs: { type: "layers", diff_ids: made.map(({ diffId }) => diffId) },
    },
  });
}

/** Reads such images; others are passed over. */
export function importCache(
  { snapshots }: Pick<Engine, "snapshots">,
  cache: StepCache,
  images: readonly Image[],
): CacheImports {
  const known = new Map(images.flatMap((image) => entriesOf(image).map(({ key, result }) => [key, { image, result }])));
  return {
    async take(key, below) {
      const found = known.get(key);
      if (found === undefined) return undefined;
      const { image, result } = found;
      if (!result.empty) {
        const descriptor = image.layers.find(({ digest }) => digest === result.layer.digest);
        if (descriptor === undefined) return undefined;
        // Unpacking verifies the content against the diff id, and so the chain id.
        const chainId = await snapshots.unpack({
          ...image,
          layers: [...below.map((layer) => layer.descriptor), descriptor],
          config: {
            ...image.config,
            rootfs: { type: "layers", diff_ids: [...below.map(({ diffId }) => diffId), result.diffId] },
          },
        });
        if (chainId !== result.chainId) return undefined;
      }
      await cache.put(key, result);
      return result;
    },
  };
}

function entriesOf(image: Image): Entry[] {
  const text = image.config.config?.Labels?.[LABEL];
  if (text === undefined) return [];
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.slice(0, MAX_STEPS).filter(isEntry) : [];
}

// What a stranger's registry gave is looked at, field by field.
function isEntry(value: unknown): value is Entry {
  const { key, result } = (value ?? {}) as { key?: unknown; result?: Record<string, unknown> };
  if (typeof key !== "string" || !/^[0-9a-f]{64}$/.test(key) || typeof result !== "object") return false;
  const { chainId, diffId, layer, empty, created } = result;
  const { mediaType, digest, size } = (layer ?? {}) as Record<string, unknown>;
  return (
    [chainId, diffId, created, mediaType, digest].every((text) => typeof text === "string") &&
    typeof empty === "boolean" &&
    typeof size === "number"
  );
}
