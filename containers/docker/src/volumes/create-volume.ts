/** POST /volumes/create. */
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { reader } from "../http/reader.ts";
import { checkDriver } from "./check-driver.ts";
import { volumeShape } from "./volume-shape.ts";

export function createVolume({ engine, events }: Deps): Handler {
  return async function createVolume(call) {
    const body = reader(await readJson(call));
    const before = await engine.volumes.get(body.text("Name") ?? "");
    checkDriver(body.text("Driver"), body.text("Name"));
    const volume = await engine.volumes.create({
      name: body.text("Name") || undefined,
      labels: body.map("Labels"),
      options: body.map("DriverOpts"),
    });
    if (!before) events.publish({ type: "volume", action: "create", id: volume.name, attributes: { driver: "local" } });
    return { status: 201, json: volumeShape(volume) };
  };
}
