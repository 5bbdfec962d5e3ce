/** GET /volumes. */
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { volumeTest } from "./volume-filters.ts";
import { volumeShape } from "./volume-shape.ts";

export function listVolumes({ engine }: Deps): Handler {
  return async function listVolumes(call) {
    const volumes = (await engine.volumes.list()).filter(volumeTest(engine, filters(call)));
    return { status: 200, json: { Volumes: volumes.map(volumeShape), Warnings: null } };
  };
}
