/** `skiff compose run`: one command in a container of its own, made as the service says. Its exit code becomes ours. */
import type { RunOptions } from "@skiff/compose/operations/run";
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { attachContainer } from "../../containers/container/attach-container.ts";
import { buildOutput } from "../build-output.ts";
import type { ComposeCall } from "../compose-call.ts";
import { orphanOptions } from "../create-flags.ts";
import { type Flag, list, on, silent, value, verbTable } from "../flag-table.ts";
import { registryAuth } from "../registry-auth.ts";
import { terminalChoice } from "../terminal.ts";
import type { Verb } from "../verb.ts";

const FLAGS: Readonly<Record<string, Flag>> = {
  build: on("build the image first"),
  "cap-add": list("CAP", "give it a capability"),
  "cap-drop": list("CAP", "take a capability from it"),
  detach: on("leave it running in the background, and print its id", "d"),
  entrypoint: value("COMMAND", "in place of the image's entrypoint"),
  env: list("KEY=VALUE", "a variable of its environment", "e"),
  "env-from-file": list("FILE", "variables of its environment, one a line"),
  interactive: on("pass input on (default true)", "i"),
  label: list("KEY=VALUE", "a label for it", "l"),
  name: value("NAME", "what it is called"),
  "no-deps": on("start nothing that the service depends on"),
  "no-tty": on("give it no terminal (default: one where this is one)", "T"),
  publish: list("PORT", "publish a port of it", "p"),
  pull: value("string", 'when to fetch its image: "always", "missing" or "never"'),
  quiet: silent("switch", "q"),
  "quiet-build": silent("switch"),
  "quiet-pull": on("fetch without telling how far it is"),
  "remove-orphans": on("remove containers of services that the files do not have"),
  rm: on("remove it when it ends"),
  "service-ports": on("publish the service's ports", "P"),
  tty: silent("switch", "t"),
  "use-aliases": on("be found by the service's names on its networks"),
  user: value("NAME", "run it as this user", "u"),
  volume: list("MOUNT", "mount something more: SOURCE:TARGET[:ro]", "v"),
  workdir: value("DIR", "run it in this directory", "w"),
};

export const run: Verb = {
  canRehearse: false,
  title: "Creating",
  table: verbTable("run [OPTIONS] SERVICE [COMMAND] [ARGS...]", FLAGS, {
    command: true,
    aliases: { "no-TTY": "no-tty", volumes: "volume", labels: "label" },
  }),
  async run(call) {
    const { flags } = call;
    const [service, ...command] = flags.operands;
    if (service === undefined) throw new UsageError("a service is required");
    if (flags.has("service-ports") && flags.given("publish"))
      throw new UsageError("--service-ports and --publish are incompatible");
    const { tty, interactive } = terminalChoice(flags);
    const whole = await call.project([service]);
    const { selectServices } = await import("@skiff/compose/select");
    const project = selectServices(whole, [service], { dependencies: flags.has("no-deps") ? "none" : "all" });
    const operation = await import("@skiff/compose/operations/run");
    const context = await call.context();
    const options = await runOptions(call, service, command);
    const { id } = await operation.createOneOff(context, project, {
      ...options,
      ...orphanOptions(call, project.environment),
      tty,
      interactive,
    });
    call.progress.flush();
    if (flags.has("detach")) {
      await context.client.json(`/containers/${id}/start`, { method: "POST" });
      call.print(id);
      return 0;
    }
    // They go to the container.
    const release = call.interrupts.handle(() => undefined);
    const ended = await attachContainer(context.client, id, {
      ...{ stdin: interactive, stdout: true, stderr: true },
      tty,
      forwardsSignals: true,
      until: flags.has("rm") ? "removed" : "next-exit",
      start: () => context.client.json(`/containers/${id}/start`, { method: "POST" }),
    });
    release();
    return ended === "detached" ? 0 : ended;
  },
};

async function runOptions(
  call: ComposeCall,
  service: string,
  command: readonly string[],
): Promise<Omit<RunOptions, "tty" | "interactive">> {
  const { flags, env } = call;
  const pull = flags.value("pull");
  if (pull !== undefined && pull !== "always" && pull !== "missing" && pull !== "never")
    throw new UsageError(`invalid --pull option ${JSON.stringify(pull)}`);
  const entrypoint = flags.value("entrypoint");
  return {
    service,
    command,
    name: flags.value("name"),
    entrypoint: entrypoint === undefined ? undefined : words(entrypoint),
    environment: [...(await variables(flags.list("env-from-file"))), ...flags.list("env")],
    labels: Object.fromEntries(
      flags.list("label").map((text) => {
        const equals = text.indexOf("=");
        return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
      }),
    ),
    volumes: flags.list("volume"),
    publish: flags.list("publish"),
    servicePorts: flags.has("service-ports"),
    useAliases: flags.has("use-aliases"),
    user: flags.value("user"),
    workingDirectory: flags.value("workdir"),
    capAdd: flags.list("cap-add"),
    capDrop: flags.list("cap-drop"),
    detach: flags.has("detach"),
    remove: flags.has("rm"),
    build: flags.has("build"),
    pull,
    noDependencies: flags.has("no-deps"),
    quietPull: flags.has("quiet-pull") || flags.has("quiet"),
    buildOutput: flags.has("quiet-build") || flags.has("quiet") ? undefined : buildOutput(call),
    auth: registryAuth(env),
  };
}

/** Lines of `KEY=value` files; comments and empty lines are none. */
async function variables(files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  const { readFile } = await import("node:fs/promises");
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return texts.flatMap((text) => text.split(/\r?\n/)).filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

/** Splits as a shell does: blanks separate, quotes and backslashes keep together. */
function words(text: string): string[] {
  const found = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return found.map((word) =>
    word.replace(
      /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_whole, escaped, double, single) => escaped ?? double?.replace(/\\(["\\$`])/g, "$1") ?? single ?? "",
    ),
  );
}
