/** GET /system/df. */

import { summaryShape } from "../containers/describe-container.ts";
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { imageSummary } from "../images/image-shapes.ts";
import { volumeShape } from "../volumes/volume-shape.ts";

export function diskUsage({ engine, now }: Deps): Handler {
  return async function diskUsage() {
    const [images, containers, volumes] = await Promise.all([
      engine.images.list(),
      engine.containers.list(),
      engine.volumes.list(),
    ]);
    const layers = new Map(images.flatMap((image) => image.layers.map(({ digest, size }) => [digest, size] as const)));
    const layerBytes = [...layers.values()].reduce((sum, size) => sum + size, 0);
    const ownBytes = images.map(({ size, layers }) => layers.reduce((rest, layer) => rest - layer.size, size));
    const surroundings = { volumes, networks: engine.userNetworks.list() };
    const usage = async (id: string): Promise<number> => {
      const snapshot = await engine.snapshots.get(id);
      return snapshot ? (await engine.snapshots.usage(id)).bytes : 0;
    };
    return {
      status: 200,
      json: {
        LayersSize: ownBytes.reduce((sum, bytes) => sum + bytes, layerBytes),
        Images: images.map((image) => ({
          ...imageSummary(image),
          SharedSize: 0,
          Containers: containers.filter(({ imageId }) => imageId === image.id).length,
        })),
        Containers: await Promise.all(
          containers.map(async (container) => ({
            ...summaryShape(container, surroundings, now()),
            SizeRw: await usage(container.id),
          })),
        ),
        Volumes: await Promise.all(
          volumes.map(async (volume) => ({
            ...volumeShape(volume),
            UsageData: {
              RefCount: engine.volumes.users(volume.name).length,
              Size: await engine.volumes.usage(volume.name),
            },
          })),
        ),
        BuildCache: [],
      },
    };
  };
}
