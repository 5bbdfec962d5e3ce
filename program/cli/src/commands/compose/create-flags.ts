/** The flags that `up` and `create` share. */
import type { CreateOptions } from "@skiff/compose/operations/create";
import { UsageError } from "../../docker-client/parse-flags.ts";
import { buildOutput } from "./build-output.ts";
import type { ComposeCall } from "./compose-call.ts";
import { type Flag, list, on, refuseTogether, value } from "./flag-table.ts";
import { isTrue } from "./global-flags.ts";
import { registryAuth } from "./registry-auth.ts";

/** Their table. */
export const CREATE_FLAGS: Readonly<Record<string, Flag>> = {
  build: on("build images first"),
  "force-recreate": on("replace containers that did not change, too"),
  "no-build": on("build no image, not even a missing one"),
  "no-recreate": on("leave containers that exist as they are"),
  pull: value("string", 'when to fetch images: "always", "missing", "never" or "build" (default: as the service says)'),
  "quiet-pull": on("fetch without telling how far it is"),
  "remove-orphans": on("remove containers of services that the files do not have"),
  scale: list("SERVICE=NUM", "how many containers a service has, whatever the file says"),
};

const PULL = ["always", "missing", "never", "if_not_present", "build"] as const;

/** What they mean. Throws UsageError for those that contradict each other. */
export function createOptions(call: ComposeCall): CreateOptions {
  const { flags, env } = call;
  refuseTogether(flags, [
    ["build", "no-build"],
    ["force-recreate", "no-recreate"],
  ]);
  const [build, noBuild] = [flags.has("build"), flags.has("no-build")];
  const [force, never] = [flags.has("force-recreate"), flags.has("no-recreate")];
  return {
    build: build ? "always" : noBuild ? "never" : "missing",
    pull: pullPolicy(flags.value("pull")),
    recreate: force ? "force" : never ? "never" : "diverged",
    recreateDependencies: force ? "force" : never ? "never" : "diverged",
    scale: scales(flags.list("scale")),
    quietPull: flags.has("quiet-pull"),
    buildOutput: buildOutput(call),
    auth: registryAuth(env),
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether containers of services that the files do not have are to go. */
export function removesOrphans({ flags }: ComposeCall, environment: Environment): boolean {
  return flags.given("remove-orphans") ? flags.has("remove-orphans") : isTrue(environment.COMPOSE_REMOVE_ORPHANS);
}

/** What happens to containers of services that the files do not have. `environment` is the project's, which `.env` is part of. */
export function orphanOptions(
  call: ComposeCall,
  environment: Environment,
): Pick<CreateOptions, "removeOrphans" | "ignoreOrphans"> {
  const removeOrphans = removesOrphans(call, environment);
  const ignoreOrphans = isTrue(environment.COMPOSE_IGNORE_ORPHANS);
  if (removeOrphans && ignoreOrphans)
    throw new UsageError("cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans");
  return { removeOrphans, ignoreOrphans };
}

/** `web=3` for each. Throws UsageError. */
export function scales(given: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const text of given) {
    const [name = "", count = ""] = text.split("=");
    if (name === "" || !/^\d{1,6}$/.test(count)) throw new UsageError(`invalid scale specifier: ${text}`);
    counts[name] = Number(count);
  }
  return counts;
}

function pullPolicy(given: string | undefined): CreateOptions["pull"] {
  if (given === undefined || given === "policy") return undefined;
  const known = PULL.find((name) => name === given);
  if (known === undefined) throw new UsageError(`invalid --pull option ${JSON.stringify(given)}`);
  return known;
}
