/** `skiff compose down`: stops and removes. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { removesOrphans } from "../create-flags.ts";
import { int, on, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const down: Verb = {
  table: verbTable("down [OPTIONS] [SERVICES]", {
    kubernetes: on("take the project off the cluster"),
    "remove-orphans": on("remove containers of services that the files do not have, too"),
    rmi: value("string", 'remove images: "all", or "local" for those without a name in the file'),
    timeout: int("seconds that containers have to stop in", "t"),
    volumes: on("remove named volumes that are not external, and anonymous ones", "v"),
  }),
  async run(call) {
    const { flags, env } = call;
    const images = flags.value("rmi") || undefined;
    if (images !== undefined && images !== "all" && images !== "local")
      throw new UsageError(`invalid value for --rmi: ${JSON.stringify(images)}`);
    if (flags.has("kubernetes")) {
      if (call.global.dryRun) throw new UsageError("--dry-run is not supported with --kubernetes");
      const { downOnKubernetes } = await import("../../../compose-kubernetes/down.ts");
      const name = await call.projectName();
      const seconds = flags.number("timeout");
      await downOnKubernetes(await call.context(), name, {
        volumes: flags.has("volumes"),
        dockerHost: env.DOCKER_HOST,
        timeoutMs: seconds === undefined ? undefined : seconds * 1000,
      });
      return 0;
    }
    const target = await call.projectOrName();
    const removeOrphans = removesOrphans(call, typeof target === "string" ? env : target.environment);
    const operation = await import("@skiff/compose/operations/down");
    await operation.down(await call.context(), target, {
      services: flags.operands,
      removeOrphans,
      images,
      volumes: flags.has("volumes"),
      timeout: flags.number("timeout"),
    });
    return 0;
  },
};
