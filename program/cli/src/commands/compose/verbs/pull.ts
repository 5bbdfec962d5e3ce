/** `skiff compose pull`: fetches the images of services. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { on, silent, value, verbTable } from "../flag-table.ts";
import { registryAuth } from "../registry-auth.ts";
import { selectedProject } from "../selected-project.ts";
import type { Verb } from "../verb.ts";

export const pull: Verb = {
  title: "Pulling",
  table: verbTable("pull [OPTIONS] [SERVICE...]", {
    "ignore-buildable": on("leave out images that can be built"),
    "ignore-pull-failures": on("go on without the images that cannot be fetched"),
    "include-deps": on("fetch what the services depend on, too"),
    "no-parallel": silent("switch"),
    parallel: silent("switch"),
    policy: value("string", 'which: "always" all, "missing" those that are not here'),
    quiet: on("fetch without telling how far it is", "q"),
  }),
  async run(call) {
    const { flags, env } = call;
    const policy = flags.value("policy");
    if (policy !== undefined && policy !== "always" && policy !== "missing")
      throw new UsageError(`invalid --policy ${JSON.stringify(policy)}`);
    const project = await selectedProject(call, { alone: !flags.has("include-deps") });
    const operation = await import("@skiff/compose/operations/pull");
    await operation.pull(await call.context(), project, {
      quiet: flags.has("quiet"),
      ignoreFailures: flags.has("ignore-pull-failures"),
      ignoreBuildable: flags.has("ignore-buildable"),
      policy,
      auth: registryAuth(env),
    });
    return 0;
  },
};
