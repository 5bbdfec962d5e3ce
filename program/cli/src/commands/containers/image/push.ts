/** `skiff push`: an image to its registry. */
import { formatReference, parseReference } from "@skiff/registry";
import { loginHeader } from "../registry/login-header.ts";
import { VerbFailure, verb } from "../verb.ts";
import { checkReference, imagePath } from "./reference.ts";
import { showMessages } from "./show-messages.ts";
import { splitName } from "./split-name.ts";

export const run = verb(
  {
    usage: "skiff push [OPTIONS] NAME[:TAG]",
    about: "Brings an image to its registry",
    operands: { min: 1, max: 1 },
    flags: { "all-tags": "switch", "disable-content-trust": "switch", platform: "value", quiet: "switch" },
    short: { a: "all-tags", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [image = ""] = flags.operands;
    const { repository, tag } = splitName(image);
    checkReference(image);
    const quiet = flags.has("quiet");
    const all = flags.has("all-tags");
    if (all && tag !== undefined) throw new VerbFailure("tag can't be used with --all-tags/-a");
    if (!all && tag === undefined && !quiet) process.stdout.write("Using default tag: latest\n");
    const messages = client.messages(`${imagePath(repository)}/push`, {
      method: "POST",
      query: { tag: all ? undefined : (tag ?? "latest"), platform: flags.value("platform") },
      // The API wants the header of everybody, of the unknown too.
      headers: { "x-registry-auth": "e30=", ...(await loginHeader(image)) },
    });
    await showMessages(messages, quiet ? undefined : process.stdout);
    if (quiet) process.stdout.write(`${formatReference(parseReference(image))}\n`);
    return 0;
  },
);
