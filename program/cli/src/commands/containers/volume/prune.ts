/** `skiff volume prune`: volumes that no container uses, removed. */
import { volumesPruned } from "../prune.ts";
import { pruneVerb } from "../prune-verb.ts";

export const run = pruneVerb({
  kind: "volume",
  about: "Removes anonymous volumes that no container uses; named ones with --all",
  warning: (all) => `This will remove ${all ? "all" : "anonymous"} local volumes not used by at least one container.`,
  all: (all) => (all ? { all: ["1"] } : {}),
  path: "/volumes/prune",
  describe: volumesPruned,
  tellsSpace: true,
});
