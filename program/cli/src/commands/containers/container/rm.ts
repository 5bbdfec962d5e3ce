/** `skiff rm`: containers, with their files. */
import { DockerApiError } from "@skiff/docker/client";
import { forEach } from "../for-each.ts";
import { VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff rm [OPTIONS] CONTAINER [CONTAINER...]",
    about: "Removes containers",
    operands: { min: 1 },
    flags: { force: "switch", link: "switch", volumes: "switch" },
    short: { f: "force", l: "link", v: "volumes" },
    interspersed: true,
  },
  ({ flags, client }) => {
    const query = {
      force: flags.has("force") ? "1" : undefined,
      link: flags.has("link") ? "1" : undefined,
      v: flags.has("volumes") ? "1" : undefined,
    };
    return forEach(flags.operands, async (operand) => {
      const id = operand.replace(/^\/+/, "");
      if (id === "") throw new VerbFailure("container name cannot be empty");
      try {
        await client.json(`/containers/${encodeURIComponent(id)}`, { method: "DELETE", query });
      } catch (error) {
        // With --force what is not there has been removed.
        if (!(flags.has("force") && error instanceof DockerApiError && error.status === 404)) throw error;
        throw new VerbFailure(`Error response from daemon: ${error.message}`, 0);
      }
    });
  },
);
