/** `skiff pull`: an image from its registry. */
import { formatReference, parseReference } from "@skiff/registry";
import { VerbFailure, verb } from "../verb.ts";
import { pullImage } from "./pull-image.ts";
import { checkReference } from "./reference.ts";
import { splitName } from "./split-name.ts";

export const run = verb(
  {
    usage: "skiff pull [OPTIONS] NAME[:TAG|@DIGEST]",
    about: "Fetches an image from its registry",
    operands: { min: 1, max: 1 },
    flags: { "all-tags": "switch", "disable-content-trust": "switch", platform: "value", quiet: "switch" },
    short: { a: "all-tags", q: "quiet" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [image = ""] = flags.operands;
    checkReference(image);
    const quiet = flags.has("quiet");
    const allTags = flags.has("all-tags");
    const isNamed = image.includes("@") || splitName(image).tag !== undefined;
    if (allTags && isNamed) throw new VerbFailure("tag can't be used with --all-tags/-a");
    if (!isNamed && !allTags && !quiet) process.stdout.write("Using default tag: latest\n");
    const output = quiet ? undefined : process.stdout;
    await pullImage(client, image, { platform: flags.value("platform"), allTags, output });
    process.stdout.write(`${formatReference(parseReference(image))}\n`);
    return 0;
  },
);
