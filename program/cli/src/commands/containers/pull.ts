/** `skiff pull`: an image from its registry. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { DockerClient } from "@skiff/docker/client";
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { connect } from "./connect.ts";

const TABLE: FlagTable = {
  usage: "skiff pull [OPTIONS] IMAGE",
  flags: { quiet: "switch", help: "switch" },
  short: { q: "quiet" },
  interspersed: true,
};

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  const [image] = flags.operands;
  if (image === undefined) throw new Error(`an image is required\n\nUsage: ${TABLE.usage}`);
  await pullImage(connect(), image, flags.has("quiet") ? undefined : process.stdout);
  return 0;
}

/** Pulls an image and tells how it goes. Throws the API's error. */
export async function pullImage(client: DockerClient, image: string, output: Writable | undefined): Promise<void> {
  // Without a tag the whole name is one, else every tag would be meant.
  const hasTag = image.includes("@") || image.lastIndexOf(":") > image.lastIndexOf("/");
  const query = { fromImage: image, tag: hasTag ? undefined : "latest" };
  let last = "";
  const headers = await loginFor(image);
  for await (const message of client.messages("/images/create", { method: "POST", query, headers })) {
    if (typeof message.error === "string") throw new Error(message.error);
    const id = typeof message.id === "string" && message.id !== "" ? `${message.id}: ` : "";
    const line = `${id}${String(message.status ?? "")}`;
    // Progress within a layer repeats its status.
    if (line !== last) output?.write(`${line}\n`);
    last = line;
  }
}

/** The header that carries the user's login at the image's registry: of `docker login`, or of a credential helper. */
async function loginFor(image: string): Promise<Record<string, string>> {
  const { dockerConfigCredentials, parseReference } = await import("@skiff/registry");
  const directory = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
  const { registry } = parseReference(image);
  const login = await dockerConfigCredentials(directory)(registry);
  if (login === undefined) return {};
  const { username, password, identityToken } = login;
  const auth = { username, password, identitytoken: identityToken, serveraddress: registry };
  return { "x-registry-auth": Buffer.from(JSON.stringify(auth)).toString("base64url") };
}
