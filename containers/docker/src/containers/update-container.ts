/** POST /containers/{id}/update. */
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";
import { weighsBlockIo, withoutWeights } from "./block-weight.ts";
import { checkResources, checkRestart } from "./check-request.ts";
import { findContainer } from "./find-container.ts";
import { isRestartName, resources } from "./to-container-spec.ts";

/** What is shown as it was asked for. */
const REMEMBERED = new Set(["NanoCpus", "MemoryReservation", "CpusetMems", "BlkioWeight"]);

export function updateContainer(deps: Deps): Handler {
  return async function updateContainer(call) {
    const { id, spec } = await findContainer(deps, call);
    const source = await readJson(call);
    const body = reader(source);
    checkResources(body);
    const policy = body.object("RestartPolicy");
    checkRestart(policy);
    const swap = spec.resources?.memorySwap ?? 0;
    if (swap > 0 && (body.number("Memory") ?? 0) > swap && !body.number("MemorySwap"))
      throw new DockerError(
        400,
        `Cannot update container ${id}: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time`,
      );
    const { resources: asked, warnings } = withoutWeights(resources(body) ?? {}, weighsBlockIo());
    // Zero, which is what clients send for what they were not told, changes nothing.
    const given = Object.fromEntries(
      Object.entries(asked ?? {}).filter(([, value]) => value !== undefined && value !== 0),
    );
    const words = Object.entries(source).filter(([name, value]) => REMEMBERED.has(name) && value);
    const name = policy.text("Name") ?? "";
    if (name !== "" && spec.autoRemove)
      throw new DockerError(400, "Restart policy cannot be updated because AutoRemove is enabled for the container");
    const restart = isRestartName(name) ? { name, maximumRetryCount: policy.number("MaximumRetryCount") } : undefined;
    await deps.engine.containers.update(id, given, { restart, asked: Object.fromEntries(words) });
    return { status: 200, json: { Warnings: warnings } };
  };
}
