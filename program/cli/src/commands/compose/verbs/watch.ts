/** `skiff compose watch`: containers follow the files that `develop.watch` names. */
import { buildOutput } from "../build-output.ts";
import { on, verbTable } from "../flag-table.ts";
import { registryAuth } from "../registry-auth.ts";
import { selectedProject } from "../selected-project.ts";
import type { Verb } from "../verb.ts";

export const watch: Verb = {
  canRehearse: false,
  table: verbTable("watch [SERVICE...]", {
    "no-up": on("the project runs already: build and start nothing first"),
    prune: on("remove the images that a rebuild replaces (default true)"),
    quiet: on("hide what builds say"),
  }),
  async run(call) {
    const { flags, env } = call;
    const quiet = flags.has("quiet");
    const project = await selectedProject(call);
    const operation = await import("@skiff/compose/operations/watch");
    await operation.watch(await call.context(), project, {
      services: flags.operands,
      quiet,
      prune: !flags.given("prune") || flags.has("prune"),
      ...(flags.has("no-up")
        ? {}
        : {
            up: {
              services: flags.operands,
              build: "missing",
              buildOutput: quiet ? undefined : buildOutput(call),
              auth: registryAuth(env),
            },
          }),
    });
    return 0;
  },
};
