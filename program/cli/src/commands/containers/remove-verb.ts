/** `skiff network rm` and `skiff volume rm`: one mechanism, two kinds of things. */
import { DockerApiError } from "@skiff/docker/client";
import { forEach } from "./for-each.ts";
import { VerbFailure, verb } from "./verb.ts";

/** The verb that removes things of a kind by their names. */
export function removeVerb(kind: "network" | "volume") {
  return verb(
    {
      usage: `skiff ${kind} rm [OPTIONS] ${kind.toUpperCase()} [${kind.toUpperCase()}...]`,
      about: `Removes ${kind}s`,
      operands: { min: 1 },
      flags: { force: "switch" },
      short: { f: "force" },
      interspersed: true,
    },
    ({ flags, client }) =>
      forEach(flags.operands, async (name) => {
        const query = { force: flags.has("force") ? "1" : undefined };
        try {
          await client.json(`/${kind}s/${encodeURIComponent(name)}`, { method: "DELETE", query });
        } catch (error) {
          // With --force what is not there has been removed.
          if (!(flags.has("force") && error instanceof DockerApiError && error.status === 404)) throw error;
          throw new VerbFailure(`Error response from daemon: ${error.message}`, 0);
        }
      }),
  );
}
