/** POST /containers/{id}/rename. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findContainer } from "./find-container.ts";

export function renameContainer(deps: Deps): Handler {
  return async function renameContainer(call) {
    const container = await findContainer(deps, call);
    const name = call.query.get("name")?.replace(/^\//, "") ?? "";
    if (name === "") throw new DockerError(400, "Neither old nor new names may be empty");
    const { id } = container;
    if (container.name === name)
      throw new DockerError(400, "Renaming a container with the same name as its current name");
    await deps.engine.containers.rename(id, name);
    deps.events.publishContainer("rename", { ...container, name }, { oldName: `/${container.name}` });
    return { status: 204 };
  };
}
