/** POST /commit: an image of a container. */
import { applyChanges } from "@skiff/builder";
import type { OciProcessConfig } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { flag, type Handler, readJson } from "../http/call.ts";
import { noSuchContainer } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";
import { changesOf } from "./changes-of.ts";

export function commitImage({ engine }: Deps): Handler {
  return async function commitImage(call) {
    const { query } = call;
    const container = query.get("container") ?? "";
    const found = await engine.containers.get(container);
    if (!found) throw noSuchContainer(container);
    const { spec } = found;
    const body = reader(await readJson(call));
    const base: OciProcessConfig = (await engine.images.get(found.imageId))?.config.config ?? {};
    const asIs: OciProcessConfig = {
      ...base,
      Env: [...(spec.env ?? []), ...(base.Env ?? []).filter((entry) => !isSet(spec.env ?? [], entry))],
      Cmd: spec.args ?? (spec.entrypoint === undefined ? base.Cmd : undefined),
      Entrypoint: spec.entrypoint ?? base.Entrypoint,
      User: spec.user ?? base.User ?? "",
      WorkingDir: spec.cwd ?? base.WorkingDir ?? "",
      Labels: { ...base.Labels, ...spec.labels, ...body.map("Labels") },
    };
    const config = applyChanges(asIs, changesOf(call));
    const repository = query.get("repo") ?? "";
    const tag = query.get("tag") ?? "";
    const image = await engine.containers.commit(found.id, {
      ...{ config, author: query.get("author") ?? undefined, comment: query.get("comment") ?? undefined },
      ...{ name: repository === "" ? undefined : tag === "" ? repository : `${repository}:${tag}` },
      pause: flag(call, "pause", true),
    });
    return { status: 201, json: { Id: image.id } };
  };
}

function isSet(environment: readonly string[], entry: string): boolean {
  const name = entry.split("=", 1)[0];
  return environment.some((other) => other.split("=", 1)[0] === name);
}
