/** POST /containers/{id}/rename. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { CONTAINER_NAME } from "./create-container.ts";
import { findContainer } from "./find-container.ts";

export function renameContainer(deps: Deps): Handler {
  return async function renameContainer(call) {
    const container = await findContainer(deps, call);
    const name = call.query.get("name")?.replace(/^\//, "") ?? "";
    if (name === "") throw new DockerError(400, "Neither old nor new names may be empty");
    const { id } = container;
    if (container.name === name)
      throw new DockerError(400, "Renaming a container with the same name as its current name");
    const taken = (await deps.engine.containers.list()).find((other) => other.name === name);
    if (taken)
      throw new DockerError(
        409,
        `Error when allocating new name: Conflict. The container name "/${name}" is already in use by container "${taken.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    if (!CONTAINER_NAME.test(name))
      throw new DockerError(
        400,
        `Error when allocating new name: Invalid container name (/${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
      );
    await deps.engine.containers.rename(id, name);
    deps.events.publishContainer("rename", { ...container, name }, { oldName: `/${container.name}` });
    return { status: 204 };
  };
}
