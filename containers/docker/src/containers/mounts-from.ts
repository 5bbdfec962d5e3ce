import type { ContainerMount, Engine } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";

/** The binds and volumes of other containers, as `--volumes-from NAME[:ro|rw]` asks for them. Throws 400 and 404. */
export async function mountsFrom(engine: Engine, sources: readonly string[]): Promise<ContainerMount[]> {
  const found: ContainerMount[] = [];
  for (const source of sources) {
    const [name = "", mode = "rw", ...rest] = source.split(":");
    if (name === "" || rest.length > 0 || !["ro", "rw", "z", "Z"].includes(mode))
      throw new DockerError(400, `invalid volume specification: ${source}`);
    const container = await engine.containers.get(name);
    if (!container) throw new DockerError(404, `No such container: ${name}`);
    for (const mount of container.spec.mounts ?? [])
      if (mount.type !== "tmpfs") found.push({ ...mount, readonly: mount.readonly === true || mode === "ro" });
  }
  return found;
}
