/** `skiff import`: images out of files: archives of `docker save`, OCI layouts in a tar, or the tar of a root file system. */
import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import type { DockerClient } from "@skiff/docker/client";
import type { ParsedFlags } from "../../../docker-client/parse-flags.ts";
import { VerbFailure, verb } from "../verb.ts";
import { isImageArchive } from "./is-image-archive.ts";
import { showMessages } from "./show-messages.ts";
import { splitName } from "./split-name.ts";

/** What is no image archive is a root file system; so is what has `--rootfs` or `--change` or comes by URL or standard input. */
export const run = verb(
  {
    usage: "skiff import [OPTIONS] FILE|URL|- [REPOSITORY[:TAG]]",
    about: "Makes an image of a root file system, or reads an archive of images",
    operands: { min: 1, max: 2 },
    flags: { change: "list", message: "value", platform: "value", rootfs: "switch" },
    short: { c: "change", m: "message" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [file = "", name] = flags.operands;
    const isUrl = /^https?:\/\//.test(file);
    if (file !== "-" && !isUrl) {
      await access(file).catch(() => {
        throw new VerbFailure(`open ${file}: no such file or directory`);
      });
      const wantsFiles = flags.has("rootfs") || flags.given("change");
      if (!wantsFiles && (await isImageArchive(file))) return loadArchive(client, file, name);
    }
    await importFiles(client, flags, isUrl);
    return 0;
  },
);

async function loadArchive(client: DockerClient, file: string, name: string | undefined): Promise<number> {
  const headers = { "content-type": "application/x-tar" };
  const request = { method: "POST", query: { name }, headers, body: createReadStream(file) } as const;
  await showMessages(client.messages("/images/load", request), process.stdout);
  return 0;
}

async function importFiles(client: DockerClient, flags: ParsedFlags, isUrl: boolean): Promise<void> {
  const [file = "", name = ""] = flags.operands;
  const { repository, tag } = splitName(name);
  const query = new URLSearchParams({ fromSrc: isUrl ? file : "-" });
  if (name !== "") query.set("repo", repository);
  if (tag !== undefined) query.set("tag", tag);
  for (const option of ["message", "platform"]) {
    const value = flags.value(option);
    if (value !== undefined) query.set(option, value);
  }
  for (const change of flags.list("change")) query.append("changes", change);
  const body = isUrl ? undefined : file === "-" ? process.stdin : createReadStream(file);
  const headers = { "content-type": "application/x-tar" };
  const request = { method: "POST", headers, ...(body ? { body } : {}) } as const;
  await showMessages(client.messages(`/images/create?${query}`, request), process.stdout);
}
