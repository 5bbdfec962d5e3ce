/** `skiff build -o`: what a build came to, as files instead of an image (docker build reference, "--output"). */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { DockerClient } from "@skiff/docker/client";

/** Where the result goes: into the image store, a registry, a directory, a tar of the files, or an archive of the image. */
export type BuildOutput =
  | { readonly type: "image"; readonly push: boolean }
  | { readonly type: "local" | "tar" | "archive"; readonly dest: string };

/** Reads `type=local,dest=out`, or a bare directory; `-` stands for standard output. Throws where it is neither. */
export function parseOutput(text: string): BuildOutput {
  if (!text.includes("=")) return text === "-" ? { type: "tar", dest: "-" } : { type: "local", dest: text };
  const options = new Map(
    text.split(",").map((part): [string, string] => {
      const equals = part.indexOf("=");
      return equals < 0 ? [part, "true"] : [part.slice(0, equals), part.slice(equals + 1)];
    }),
  );
  const type = options.get("type") ?? "";
  const dest = options.get("dest") ?? "";
  if (type === "image" || type === "registry" || (type === "docker" && dest === ""))
    return { type: "image", push: type === "registry" || options.get("push") === "true" };
  if (!["local", "tar", "docker", "oci"].includes(type)) throw new Error(`unknown output type "${type}"`);
  if (dest === "") throw new Error(`--output type=${type} needs dest=`);
  return { type: type === "local" || type === "tar" ? type : "archive", dest };
}

/** Brings the image `id` to where the output says, and takes it away again where it has no name. */
export async function deliver(
  client: DockerClient,
  id: string,
  output: Exclude<BuildOutput, { type: "image" }>,
): Promise<void> {
  try {
    if (output.type === "archive") await write(await client.open(`/images/${id}/get`), output.dest);
    else await deliverFiles(client, id, output);
  } finally {
    const { RepoTags } = await client.json<{ RepoTags?: readonly string[] | null }>(`/images/${id}/json`);
    if ((RepoTags ?? []).length === 0) await client.json(`/images/${id}`, { method: "DELETE" });
  }
}

async function deliverFiles(
  client: DockerClient,
  id: string,
  { type, dest }: Exclude<BuildOutput, { type: "image" }>,
): Promise<void> {
  // A container that never starts: its files are the image's.
  const made = await client.json<{ Id: string }>("/containers/create", {
    method: "POST",
    json: { Image: id, Cmd: ["-"], Entrypoint: [] },
  });
  try {
    const files = await client.open(`/containers/${made.Id}/export`);
    if (type === "tar") return await write(files, dest);
    await mkdir(dest, { recursive: true });
    const { extractTar } = await import("@skiff/builder/extract");
    await extractTar(files, dest, "/");
  } finally {
    await client.json(`/containers/${made.Id}`, { method: "DELETE", query: { force: "1" } });
  }
}

async function write(source: AsyncIterable<Uint8Array>, dest: string): Promise<void> {
  await pipeline(source, dest === "-" ? process.stdout : createWriteStream(dest), { end: dest !== "-" });
}
