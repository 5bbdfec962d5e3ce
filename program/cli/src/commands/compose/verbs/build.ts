/** `skiff compose build`: the images of services. */
import { UsageError } from "../../../docker-client/parse-flags.ts";
import { buildOutput } from "../build-output.ts";
import { list, on, refuse, silent, value, verbTable } from "../flag-table.ts";
import { registryAuth } from "../registry-auth.ts";
import type { Verb } from "../verb.ts";

export const build: Verb = {
  title: "Building",
  table: verbTable("build [OPTIONS] [SERVICE...]", {
    "build-arg": list("KEY=VALUE", "a value for an ARG of the Dockerfiles"),
    builder: silent("value"),
    check: silent("switch"),
    compress: silent("switch"),
    "force-rm": silent("switch"),
    memory: value("BYTES", "how much memory a step may use", "m"),
    "no-cache": on("take nothing from earlier builds"),
    "no-rm": silent("switch"),
    parallel: silent("switch"),
    print: silent("switch"),
    progress: silent("value"),
    provenance: silent("value"),
    pull: on("look for newer base images"),
    push: on("upload the images afterwards"),
    quiet: on("say nothing", "q"),
    sbom: silent("value"),
    ssh: silent("list"),
    "with-dependencies": on("build what the services depend on, too"),
  }),
  async run(call) {
    const { flags, env } = call;
    refuse(flags, ["check", "print", "provenance", "sbom", "ssh"]);
    const project = await call.project(flags.operands);
    const operation = await import("@skiff/compose/operations/build");
    await operation.build(await call.context(), project, {
      services: flags.operands,
      noCache: flags.has("no-cache"),
      pull: flags.has("pull"),
      push: flags.has("push"),
      buildArguments: buildArguments(flags.list("build-arg"), env),
      memory: memory(flags.value("memory")),
      withDependencies: flags.has("with-dependencies"),
      auth: registryAuth(env),
      output: flags.has("quiet") ? undefined : buildOutput(call),
    });
    return 0;
  },
};

const UNIT: Readonly<Record<string, number>> = { b: 1, k: 1 << 10, m: 1 << 20, g: 1 << 30 };

function memory(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = "b"] = /^(\d+(?:\.\d+)?)\s*([bkmg])?i?b?$/i.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`invalid argument ${JSON.stringify(text)} for "-m, --memory" flag: invalid size`);
  return Math.floor(Number(count) * (UNIT[unit.toLowerCase()] ?? 1));
}

/** `KEY=value`; a KEY alone takes the value of the environment, or is left out. */
function buildArguments(given: readonly string[], env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const entries = given.map((text) => {
    const equals = text.indexOf("=");
    return equals < 0 ? ([text, env[text]] as const) : ([text.slice(0, equals), text.slice(equals + 1)] as const);
  });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
