/** POST /build: a context as a tar in, progress out (the classic builder's protocol). */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BuildEvent, extractTar } from "@skiff/builder";
import type { Deps } from "../deps.ts";
import { type Call, flag, type Handler } from "../http/call.ts";
import { DockerError, toDockerError } from "../http/docker-error.ts";
import { displayName } from "./display-name.ts";
import { type ProgressMessage, progressStream, pullMessage } from "./progress-stream.ts";

export function buildImage({ builder, scratch, engine }: Deps): Handler {
  return async function buildImage(call) {
    if (call.query.get("version") === "2")
      throw new DockerError(400, "BuildKit is not supported: set DOCKER_BUILDKIT=0");
    if ((call.query.get("remote") ?? "") !== "")
      throw new DockerError(400, "remote contexts are not supported: send the context as a tar");
    const tags = call.query.getAll("t").filter((tag) => tag !== "");
    const request = {
      dockerfile: call.query.get("dockerfile") || "Dockerfile",
      target: call.query.get("target") || undefined,
      buildArgs: strings(call, "buildargs"),
      labels: strings(call, "labels"),
      platform: call.query.get("platform") || undefined,
      noCache: flag(call, "nocache"),
      pull: flag(call, "pull"),
      tags,
    };
    const isQuiet = flag(call, "q");
    const work = async (send: (message: ProgressMessage) => void) => {
      const context = await mkdtemp(join(scratch, "context-"));
      try {
        await extractTar(call.body, context, "/");
        // Quiet builds say only what they came to.
        const report = (event: BuildEvent) => (isQuiet ? [] : messagesOf(event)).forEach(send);
        const image = await builder.build({
          ...request,
          context,
          report,
          signal: call.signal,
        });
        await engine.snapshots.unpack(image, undefined, call.signal);
        send({ aux: { ID: image.id } });
        if (isQuiet) {
          send({ stream: `${image.id}\n` });
          return;
        }
        send({ stream: `Successfully built ${image.id.slice("sha256:".length, "sha256:".length + 12)}\n` });
        for (const tag of tags) send({ stream: `Successfully tagged ${displayName(tag)}\n` });
      } finally {
        await rm(context, { recursive: true, force: true });
      }
    };
    return { status: 200, stream: progressStream(work, (error) => toDockerError(error).message) };
  };
}

function messagesOf(event: BuildEvent): ProgressMessage[] {
  switch (event.type) {
    case "step":
      return [{ stream: `Step ${event.step}/${event.of} : ${event.text}\n` }];
    case "cached":
      return [{ stream: " ---> Using cache\n" }];
    case "output":
      return [{ stream: event.data.toString("utf8") }];
    case "message":
      return [{ stream: `${event.text}\n` }];
    case "pull":
      return [pullMessage(event.progress)];
  }
}

// A map of texts as JSON; a null value, which takes the client's environment variable, was resolved by the client.
function strings(call: Call, name: string): Record<string, string> | undefined {
  const text = call.query.get(name);
  if (text === null || text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DockerError(400, `invalid ${name}: ${error.message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new DockerError(400, `invalid ${name}: not an object`);
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
