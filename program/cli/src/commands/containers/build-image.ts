/** A build by way of the API: the context is sent as a tar, less what its `.dockerignore` leaves out. */
import { readFile } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import { packContext } from "@skiff/builder/context";
import type { DockerClient } from "../../docker-client/docker-client.ts";

/** What to build. */
export interface ImageBuild {
  /** The context directory. */
  readonly context: string;
  /** Path of the Dockerfile, as the user sees it. Default: `Dockerfile` in the context. */
  readonly dockerfile?: string | undefined;
  readonly tags: readonly string[];
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
  readonly platform?: string | undefined;
  readonly noCache?: boolean;
  readonly pull?: boolean;
  /** Receives what the build says. */
  readonly output: (text: string) => void;
}

/** Builds the image and gives its id. Throws the build's error. */
export async function buildImage(client: DockerClient, build: ImageBuild): Promise<string> {
  const context = resolve(build.context);
  const path = build.dockerfile === undefined ? "Dockerfile" : relative(context, resolve(build.dockerfile));
  // A Dockerfile from elsewhere travels with the context, under a name that nothing in it has.
  const outside =
    path.startsWith("..") && build.dockerfile !== undefined
      ? { name: `.dockerfile.${process.pid}`, text: await readFile(build.dockerfile) }
      : undefined;
  const query = new URLSearchParams(build.tags.map((tag) => ["t", tag]));
  query.set("dockerfile", outside?.name ?? path);
  query.set("buildargs", JSON.stringify(build.buildArgs ?? {}));
  query.set("labels", JSON.stringify(build.labels ?? {}));
  if (build.target !== undefined) query.set("target", build.target);
  if (build.platform !== undefined) query.set("platform", build.platform);
  if (build.noCache) query.set("nocache", "1");
  if (build.pull) query.set("pull", "1");

  const body = packContext(context, { keep: [path, basename(path)], extra: outside });
  let id = "";
  const headers = { "content-type": "application/x-tar" };
  for await (const message of client.messages(`/build?${query}`, { method: "POST", headers, body })) {
    if (typeof message.error === "string") throw new Error(message.error);
    if (typeof message.stream === "string") build.output(message.stream);
    else if (typeof message.status === "string")
      build.output(`${message.id ? `${message.id}: ` : ""}${message.status}\n`);
    const { ID } = (message.aux ?? {}) as { ID?: unknown };
    if (typeof ID === "string") id = ID;
  }
  if (id === "") throw new Error("the build ended without an image");
  return id;
}
