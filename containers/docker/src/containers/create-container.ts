/** POST /containers/create. */
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { DockerError, noSuchImage } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";
import { displayName } from "../images/display-name.ts";
import { toContainerSpec } from "./to-container-spec.ts";

const NAME = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function createContainer({ engine }: Deps): Handler {
  return async function createContainer(call) {
    const body = reader(await readJson(call));
    const name = call.query.get("name") ?? "";
    if (name !== "" && !NAME.test(name)) {
      throw new DockerError(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    }
    const image = body.text("Image") ?? "";
    if (image === "") throw new DockerError(400, "no command or image specified");
    if ((await engine.images.get(image)) === undefined) throw noSuchImage(displayName(image));
    const spec = toContainerSpec(body, image);
    const { id } = await engine.containers.create(name === "" ? spec : { ...spec, name: name.replace(/^\//, "") });
    return { status: 201, json: { Id: id, Warnings: [] } };
  };
}
