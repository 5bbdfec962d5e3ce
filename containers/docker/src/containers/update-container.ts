/** POST /containers/{id}/update. */
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { reader } from "../http/reader.ts";
import { checkResources } from "./check-request.ts";
import { findContainer } from "./find-container.ts";
import { resources } from "./to-container-spec.ts";

export function updateContainer(deps: Deps): Handler {
  return async function updateContainer(call) {
    const { id } = await findContainer(deps, call);
    const body = reader(await readJson(call));
    checkResources(body);
    const asked = resources(body) ?? {};
    // Zero, which is what clients send for what they were not told, changes nothing.
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined && value !== 0));
    await deps.engine.containers.update(id, given);
    return { status: 200, json: { Warnings: [] } };
  };
}
