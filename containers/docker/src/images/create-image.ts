/** POST /images/create: pulls an image, or makes one of a root file system in the body (`fromSrc=-`). */
import { applyChanges, makeBaseImage, ORIGIN_LABEL } from "@skiff/builder";
import { isEngineError, type PullProgress } from "@skiff/engine";
import { familiarReference, formatReference, parsePlatform, parseReference } from "@skiff/registry";
import type { Deps } from "../deps.ts";
import type { Call, Handler, Reply } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { changesOf } from "./changes-of.ts";
import { type ProgressMessage, progressReply, pullMessage } from "./progress-stream.ts";
import { registryAuth } from "./registry-auth.ts";

export function createImage(deps: Deps): Handler {
  return async function createImage(call) {
    const image = call.query.get("fromImage");
    if (image !== null && image !== "") return pull(deps, call, image);
    if (call.query.get("fromSrc") === "-") return importRootfs(deps, call);
    throw new DockerError(400, "fromImage, or fromSrc=-, is required");
  };
}

async function pull({ engine, events }: Deps, call: Call, image: string): Promise<Reply> {
  const tag = call.query.get("tag") ?? "";
  const reference = parseReference(
    tag === "" ? image : tag.startsWith("sha256:") ? `${image}@${tag}` : `${image}:${tag}`,
  );
  const auth = registryAuth(call);
  const work = async (send: (message: ProgressMessage) => void) => {
    const { registry, repository } = reference;
    // Not before the registry has answered.
    let isIntroduced = false;
    const introduce = () => {
      if (isIntroduced) return;
      isIntroduced = true;
      const from = registry === "docker.io" ? repository : `${registry}/${repository}`;
      send({ status: `Pulling from ${from}`, id: reference.tag ?? reference.digest ?? "" });
    };
    const name = formatReference(reference);
    const previous = await engine.images.get(name);
    try {
      const { signal } = call;
      const progress = seldom((each) => {
        introduce();
        send(pullMessage(each));
      });
      const pulled = await engine.images.pull(name, {
        auth,
        progress,
        platform: call.query.get("platform") || undefined,
        // Each layer is unpacked while the next ones arrive.
        meanwhile: (arriving, ready) =>
          engine.snapshots.unpack(
            arriving,
            ({ digest, size }, status) => progress({ digest, status, current: size, total: size }),
            signal,
            ready,
          ),
        signal,
      });
      introduce();
      events.publishImage("pull", pulled, familiarReference(reference));
      const pinned = pulled.names.findLast((each) => each.startsWith(`${registry}/${repository}@`));
      send({ status: `Digest: ${pinned?.split("@")[1] ?? pulled.manifest.digest}` });
      const outcome = previous?.id === pulled.id ? "Image is up to date for" : "Downloaded newer image for";
      send({ status: `Status: ${outcome} ${familiarReference(reference)}` });
    } catch (error) {
      if (!isEngineError(error, "unavailable")) throw error;
      if (previous !== undefined) {
        // One that was made here has nothing newer behind it.
        if (previous.config.config?.Labels?.[ORIGIN_LABEL] === undefined) throw error;
        send({ status: `Status: Image made here is kept: ${familiarReference(reference)} (${error.message})` });
        return;
      }
      const made = await makeBaseImage(
        { images: engine.images, report: (status) => send({ status }), signal: call.signal },
        name,
      );
      if (made === undefined) throw error;
      send({ status: `Status: Made ${familiarReference(reference)} (${error.message})` });
    }
  };
  return progressReply(work);
}

async function importRootfs({ engine, events }: Deps, call: Call): Promise<Reply> {
  const repository = call.query.get("repo") ?? "";
  const tag = call.query.get("tag") ?? "";
  if (repository === "")
    throw new DockerError(400, "repo is required: an image without a name could not be found again");
  const name = tag === "" ? repository : `${repository}:${tag}`;
  const config = applyChanges({}, changesOf(call));
  const asked = call.query.get("platform") ?? "";
  const platform = asked === "" ? undefined : parsePlatform(asked);
  const work = async (send: (message: ProgressMessage) => void) => {
    const image = await engine.images.importRootfs(call.body, {
      name,
      config,
      comment: call.query.get("message") || "Imported from -",
      platform,
      signal: call.signal,
    });
    try {
      await engine.snapshots.unpack(image, undefined, call.signal);
    } catch (error) {
      // What is no archive is no image.
      await engine.images.remove(name, { force: true });
      throw error;
    }
    events.publishImage("import", image, image.id);
    send({ status: image.id });
  };
  return progressReply(work);
}

/** Lets what is in progress be told ten times a second and layer, and all else at once. */
function seldom(tell: (progress: PullProgress) => void): (progress: PullProgress) => void {
  const told = new Map<string, number>();
  return (progress) => {
    if (progress.status === "downloading") {
      const now = performance.now();
      if (now - (told.get(progress.digest) ?? 0) < 100) return;
      told.set(progress.digest, now);
    }
    tell(progress);
  };
}
