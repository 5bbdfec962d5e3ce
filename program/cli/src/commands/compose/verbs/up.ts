/** `skiff compose up`: creates and starts, and stays with the output of the containers unless it is told to leave. */
import type { Project } from "@skiff/compose";
import type { UpOptions } from "@skiff/compose/operations/up";
import { UsageError } from "../../../docker-client/parse-flags.ts";
import type { ComposeCall } from "../compose-call.ts";
import { CREATE_FLAGS, createOptions, orphanOptions } from "../create-flags.ts";
import { int, list, on, refuseTogether, value, verbTable } from "../flag-table.ts";
import { selectedProject } from "../selected-project.ts";
import { upAttached } from "../up-attached.ts";
import type { Verb } from "../verb.ts";

/** What stays with the containers, and so cannot leave them in the background. */
const STAYING = [
  "abort-on-container-exit",
  "abort-on-container-failure",
  "exit-code-from",
  "attach",
  "attach-dependencies",
  "watch",
] as const;

const INCOMPATIBLE = [
  ...STAYING.map((name) => ["detach", name] as const),
  ...STAYING.map((name) => ["wait", name] as const),
  ["abort-on-container-exit", "abort-on-container-failure"],
  ["attach", "attach-dependencies"],
  ["no-recreate", "renew-anon-volumes"],
  ["no-recreate", "always-recreate-deps"],
  ["no-build", "watch"],
] as const;

export const up: Verb = {
  table: verbTable("up [OPTIONS] [SERVICE...]", {
    ...CREATE_FLAGS,
    "abort-on-container-exit": on("stop all containers as soon as one ends; not with -d"),
    "abort-on-container-failure": on("stop all containers as soon as one fails; not with -d"),
    "always-recreate-deps": on("replace the containers of dependencies, too; not with --no-recreate"),
    attach: list("SERVICE", "show the output of these services only; not with --attach-dependencies"),
    "attach-dependencies": on("show the output of dependencies, too"),
    detach: on("leave the containers running in the background", "d"),
    kubernetes: on("run the project on the cluster"),
    "exit-code-from": value(
      "SERVICE",
      "exit with the code of this service's container; implies --abort-on-container-exit",
    ),
    menu: { kind: "switch" },
    "no-attach": list("SERVICE", "do not show the output of these services"),
    "no-color": on("show output without colours"),
    "no-deps": on("leave out the services that the named ones depend on"),
    "no-log-prefix": on("show output without the names of the containers"),
    "no-start": on("create, and start nothing"),
    "quiet-build": on("build without telling how far it is"),
    "renew-anon-volumes": on("make anonymous volumes anew, and keep nothing of the old", "V"),
    timeout: int("seconds that containers have to stop in", "t"),
    timestamps: on("show the time of each line"),
    wait: on("wait until services run, or are healthy; implies -d"),
    "wait-timeout": int("seconds that --wait may take"),
    watch: on("follow changes of files: rebuild, sync or restart", "w"),
    yes: { kind: "switch", short: "y" },
  }),
  async run(call) {
    const { flags } = call;
    const asked = upOptions(call);
    const project = await selectedProject(call, { alone: flags.has("no-deps") });
    const options = { ...asked, ...orphanOptions(call, project.environment) };
    if (flags.has("kubernetes")) return onKubernetes(call, project, options);
    const exitCodeFrom = flags.value("exit-code-from");
    if (exitCodeFrom !== undefined && project.services[exitCodeFrom] === undefined)
      throw new Error(`no such service: ${exitCodeFrom}`);
    if (flags.has("detach") || flags.has("wait") || options.noStart || call.global.dryRun) {
      const operation = await import("@skiff/compose/operations/up");
      return operation.up(await call.context(), project, options);
    }
    return upAttached(call, project, options);
  },
};

function upOptions(call: ComposeCall): UpOptions {
  const { flags } = call;
  if (flags.has("kubernetes") && call.global.dryRun)
    throw new UsageError("--dry-run is not supported with --kubernetes: see 'skiff compose convert'");
  const options = createOptions(call);
  refuseTogether(flags, INCOMPATIBLE);
  return {
    ...options,
    ...(flags.has("quiet-build") ? { buildOutput: undefined } : {}),
    ...(flags.has("always-recreate-deps") ? { recreateDependencies: "force" } : {}),
    services: flags.operands,
    inherit: !flags.has("renew-anon-volumes"),
    timeout: flags.number("timeout"),
    noStart: flags.has("no-start"),
    wait: flags.has("wait"),
    waitTimeout: flags.number("wait-timeout"),
  };
}

async function onKubernetes(call: ComposeCall, project: Project, options: UpOptions): Promise<number> {
  const { upOnKubernetes } = await import("../../../compose-kubernetes/up.ts");
  const { build, pull, quietPull, auth, removeOrphans, waitTimeout, scale = {} } = options;
  const services = Object.entries(project.services).map(([name, service]) => {
    const count = scale[name];
    return [name, count === undefined ? service : { ...service, scale: count }] as const;
  });
  await upOnKubernetes(
    await call.context(),
    { ...project, services: Object.fromEntries(services) },
    {
      build,
      pull,
      quietPull,
      auth,
      removeOrphans,
      dockerHost: call.env.DOCKER_HOST,
      timeoutMs: waitTimeout === undefined ? undefined : waitTimeout * 1000,
    },
  );
  return 0;
}
