/** `skiff container prune`: containers that do not run, removed. */
import { containersPruned } from "../prune.ts";
import { pruneVerb } from "../prune-verb.ts";

export const run = pruneVerb({
  kind: "container",
  about: "Removes all containers that do not run",
  warning: () => "This will remove all stopped containers.",
  path: "/containers/prune",
  describe: containersPruned,
  tellsSpace: true,
});
