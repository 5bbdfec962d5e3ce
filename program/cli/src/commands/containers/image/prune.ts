/** `skiff image prune`: images that no container uses, removed. */
import { imagesPruned } from "../prune.ts";
import { pruneVerb } from "../prune-verb.ts";

export const run = pruneVerb({
  kind: "image",
  about: "Removes images without names; with --all, every image that no container uses",
  warning: (all) =>
    all
      ? "This will remove all images without at least one container associated to them."
      : "This will remove all dangling images.",
  all: (all) => ({ dangling: [String(!all)] }),
  path: "/images/prune",
  describe: imagesPruned,
  tellsSpace: true,
});
