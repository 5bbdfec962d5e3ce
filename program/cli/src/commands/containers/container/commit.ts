/** `skiff commit`: an image of what a container's files have become. */

import { checkReference } from "../image/reference.ts";
import { splitName } from "../image/split-name.ts";
import { verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff commit [OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
    about: "Makes an image of a container's files",
    operands: { min: 1, max: 2 },
    flags: { author: "value", change: "list", message: "value", pause: "switch" },
    short: { a: "author", c: "change", m: "message", p: "pause" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [container = "", name] = flags.operands;
    const { repository, tag } = name === undefined ? {} : splitName(name);
    if (name !== undefined) checkReference(name);
    const query = new URLSearchParams({ container });
    if (repository !== undefined) query.set("repo", repository);
    if (tag !== undefined) query.set("tag", tag);
    query.set("comment", flags.value("message") ?? "");
    query.set("author", flags.value("author") ?? "");
    for (const change of flags.list("change")) query.append("changes", change);
    if (flags.given("pause") && !flags.has("pause")) query.set("pause", "0");
    const { Id } = await client.json<{ Id: string }>(`/commit?${query}`, { method: "POST", json: {} });
    process.stdout.write(`${Id}\n`);
    return 0;
  },
);
