/** `skiff network rm`: networks, removed. */
import { DockerApiError } from "@skiff/docker/client";
import { forEach } from "../for-each.ts";
import { VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff network rm [OPTIONS] NETWORK [NETWORK...]",
    about: "Removes networks",
    operands: { min: 1 },
    flags: { force: "switch" },
    short: { f: "force" },
    interspersed: true,
  },
  ({ flags, client }) =>
    forEach(flags.operands, async (name) => {
      const query = { force: flags.has("force") ? "1" : undefined };
      try {
        await client.json(`/networks/${encodeURIComponent(name)}`, { method: "DELETE", query });
      } catch (error) {
        // With --force what is not there has been removed.
        if (!(flags.has("force") && error instanceof DockerApiError && error.status === 404)) throw error;
        throw new VerbFailure(`Error response from daemon: ${error.message}`, 0);
      }
    }),
);
