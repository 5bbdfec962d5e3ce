/** `skiff create`: a container that does not run yet. */
import { messageOf, VerbFailure, verb } from "../verb.ts";
import { attachedStreams, createBody } from "./create/create-body.ts";
import { createContainer } from "./create/create-container.ts";
import { createAliases, createFlags, createShort } from "./create/create-flags.ts";

export const run = verb(
  {
    usage: "skiff create [OPTIONS] IMAGE [COMMAND] [ARG...]",
    about: "Makes a container, without starting it",
    operands: { min: 1 },
    flags: createFlags,
    short: createShort,
    aliases: createAliases,
  },
  async ({ flags, client }) => {
    const [image = "", ...command] = flags.operands;
    const attached = attachedStreams(flags);
    try {
      const body = await createBody(flags, image, command, attached);
      process.stdout.write(`${await createContainer(client, flags, image, body)}\n`);
      return 0;
    } catch (error) {
      if (error instanceof VerbFailure && error.exitCode === 125)
        throw new VerbFailure(`skiff: ${error.message}\n\nRun 'skiff create --help' for more information`, 125);
      throw new VerbFailure(messageOf(error));
    }
  },
);
