/** `skiff rmi`: names of images, and the images with their last name. */
import { DockerApiError } from "@skiff/docker/client";
import { messageOf, verb } from "../verb.ts";
import { imagePath } from "./reference.ts";

export const run = verb(
  {
    usage: "skiff rmi [OPTIONS] IMAGE [IMAGE...]",
    about: "Removes images",
    operands: { min: 1 },
    flags: { force: "switch", "no-prune": "switch", platform: "list" },
    short: { f: "force" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const query = { force: flags.has("force") ? "1" : undefined, noprune: flags.has("no-prune") ? "1" : undefined };
    const errors: string[] = [];
    let onlyMissing = true;
    for (const image of flags.operands) {
      try {
        const gone = await client.json<{ Untagged?: string; Deleted?: string }[]>(imagePath(image), {
          method: "DELETE",
          query,
        });
        for (const { Untagged, Deleted } of gone)
          process.stdout.write(Deleted ? `Deleted: ${Deleted}\n` : `Untagged: ${Untagged}\n`);
      } catch (error) {
        if (!(error instanceof DockerApiError && error.status === 404)) onlyMissing = false;
        errors.push(messageOf(error));
      }
    }
    if (errors.length > 0) process.stderr.write(`${errors.join("\n")}\n`);
    return errors.length > 0 && !(flags.has("force") && onlyMissing) ? 1 : 0;
  },
);
