/** `skiff compose push`: uploads the images that are built here. */
import { on, verbTable } from "../flag-table.ts";
import { registryAuth } from "../registry-auth.ts";
import { selectedProject } from "../selected-project.ts";
import type { Verb } from "../verb.ts";

export const push: Verb = {
  title: "Pushing",
  table: verbTable("push [OPTIONS] [SERVICE...]", {
    "ignore-push-failures": on("go on without the images that cannot be uploaded"),
    "include-deps": on("upload what the services depend on, too"),
    quiet: on("upload without telling how far it is", "q"),
  }),
  async run(call) {
    const { flags, env } = call;
    const project = await selectedProject(call, { alone: !flags.has("include-deps") });
    const operation = await import("@skiff/compose/operations/push");
    await operation.push(await call.context(), project, {
      quiet: flags.has("quiet"),
      ignoreFailures: flags.has("ignore-push-failures"),
      auth: registryAuth(env),
    });
    return 0;
  },
};
