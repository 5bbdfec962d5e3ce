/** POST /images/{name}/push. */
import type { PushProgress } from "@skiff/engine";
import { familiarReference, formatReference, parseReference } from "@skiff/registry";
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { type ProgressMessage, progressReply } from "./progress-stream.ts";
import { registryAuth } from "./registry-auth.ts";

const STATUS: Readonly<Record<PushProgress["status"], string>> = {
  preparing: "Preparing",
  pushing: "Pushing",
  exists: "Layer already exists",
  mounted: "Mounted",
  pushed: "Pushed",
};

export function pushImage({ engine, events }: Deps): Handler {
  return async function pushImage(call) {
    const { name = "" } = call.params;
    const tag = call.query.get("tag") ?? "";
    const reference = parseReference(tag === "" ? name : `${name}:${tag}`);
    const full = formatReference(reference);
    const auth = registryAuth(call);
    const work = async (send: (message: ProgressMessage) => void) => {
      const { registry, repository } = reference;
      send({ status: `The push refers to repository [${registry}/${repository}]` });
      const image = await engine.images.get(full);
      if (image === undefined)
        throw new DockerError(
          404,
          `An image does not exist locally with the tag: ${familiarReference(reference).replace(/:[^:/]*$/, "")}`,
        );
      const progress = ({ digest, status, from, current, total }: PushProgress) =>
        send({
          status: status === "mounted" ? `Mounted from ${from}` : STATUS[status],
          id: digest.slice("sha256:".length, "sha256:".length + 12),
          progressDetail: status === "pushing" ? { current, total } : {},
        });
      const { digest, size } = await engine.images.push(full, { auth, progress, signal: call.signal });
      events.publishImage("push", image, familiarReference(reference));
      send({ status: `${reference.tag ?? digest}: digest: ${digest} size: ${size}` });
      send({ aux: { Tag: reference.tag ?? "", Digest: digest, Size: size } });
    };
    return progressReply(work);
  };
}
