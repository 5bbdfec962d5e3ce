/** `skiff network prune`: networks that no container is in, removed. */
import { networksPruned } from "../prune.ts";
import { pruneVerb } from "../prune-verb.ts";

export const run = pruneVerb({
  kind: "network",
  about: "Removes all networks that no container is in",
  warning: () => "This will remove all custom networks not used by at least one container.",
  path: "/networks/prune",
  describe: networksPruned,
  tellsSpace: false,
});
