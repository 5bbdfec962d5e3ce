/** `skiff tag`: a further name for an image. */
import { verb } from "../verb.ts";
import { checkReference, imagePath } from "./reference.ts";
import { splitName } from "./split-name.ts";

export const run = verb(
  {
    usage: "skiff tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
    about: "Gives an image a further name",
    operands: { min: 2, max: 2 },
    flags: {},
    short: {},
    interspersed: true,
  },
  async ({ flags, client }) => {
    const [source = "", target = ""] = flags.operands;
    const { repository, tag } = splitName(target);
    checkReference(source, `Error parsing reference: "${source}" is not a valid repository/tag: `);
    checkReference(target, `Error parsing reference: "${target}" is not a valid repository/tag: `);
    await client.json(`${imagePath(source)}/tag`, {
      method: "POST",
      query: { repo: repository, tag: tag ?? "latest" },
    });
    return 0;
  },
);
