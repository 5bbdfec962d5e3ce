/** `skiff compose down`: stops and removes. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { int, on, value, verbTable } from "../flag-table.ts";
import { isTrue } from "../global-flags.ts";
import type { Verb } from "../verb.ts";

export const down: Verb = {
  table: verbTable("down [OPTIONS] [SERVICES]", {
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
    const removeOrphans = flags.given("remove-orphans")
      ? flags.has("remove-orphans")
      : isTrue(env.COMPOSE_REMOVE_ORPHANS);
    const target = await call.projectOrName();
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
