/** DELETE /images/{name}: refused, in dockerd's words, where something still needs the image. */
import type { Container, Image } from "@skiff/engine";
import { familiarReference, formatReference, parseReference, RegistryError } from "@skiff/registry";
import type { Deps } from "../deps.ts";
import { flag, type Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { displayName } from "./display-name.ts";
import { findImage } from "./find-image.ts";

export function removeImage(deps: Deps): Handler {
  return async function removeImage(call) {
    const { name = "" } = call.params;
    const force = flag(call, "force");
    if (!/^(?:sha256:)?[0-9a-f]{4,64}$/.test(name)) parseReference(name);
    const image = await findImage(deps, call);
    const users = (await deps.engine.containers.list()).filter(({ imageId }) => imageId === image.id);
    const conflict = removeConflict(image, name, force, users);
    if (conflict !== undefined) throw new DockerError(409, `conflict: ${conflict}`);
    const { untagged, deleted } = await deps.engine.images.remove(name, {
      force,
      keep: await deps.builder.cachedDigests(),
    });
    const tell = (action: string) => deps.events.publishImage(action, image, image.id);
    for (const each of untagged) if (!each.includes("@")) tell("untag");
    if (deleted.length > 0) tell("delete");
    const json = [
      ...untagged.map((each) => ({ Untagged: displayName(each) })),
      ...deleted.map((digest) => ({ Deleted: digest })),
    ];
    return { status: 200, json };
  };
}

/** Why the image must not be removed by `name`, a name of it or its id; undefined where it may. `users` are the containers made from it. */
export function removeConflict(
  { id, names }: Pick<Image, "id" | "names">,
  name: string,
  force: boolean,
  users: readonly Pick<Container, "id" | "state">[],
): string | undefined {
  const isName = names.includes(normalised(name) ?? "");
  const tags = names.filter((each) => !each.includes("@"));
  const running = users.find(({ state }) => state !== "created" && state !== "exited");
  const [user] = users;
  if (isName) {
    const isLast = tags.length <= 1;
    if (!isLast || user === undefined || force) return undefined;
    return `unable to remove repository reference ${JSON.stringify(displayName(name, "short"))} (must force) - container ${short((running ?? user).id)} is using its referenced image ${short(id)}`;
  }
  const refuse = (how: "must" | "cannot", why: string) => `unable to delete ${short(id)} (${how} be forced) - ${why}`;
  if (running) return refuse("cannot", `image is being used by running container ${short(running.id)}`);
  if (force) return undefined;
  if (new Set(tags.map(repositoryOf)).size > 1) return refuse("must", "image is referenced in multiple repositories");
  return user && refuse("must", `image is being used by stopped container ${short(user.id)}`);
}

function normalised(text: string): string | undefined {
  try {
    return formatReference(parseReference(text));
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

function repositoryOf(name: string): string {
  const { registry, repository } = parseReference(name);
  return familiarReference({ registry, repository });
}

function short(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
