/** `skiff compose config`: the project as it is understood, or lists of what is in it. */
import type { LoadOptions } from "@skiff/compose";
import type { ConfigList } from "@skiff/compose/operations/config";
import type { UsedVariable } from "@skiff/compose/variables";
import { UsageError } from "../../../docker-client/parse-flags.ts";
import type { ComposeCall } from "../compose-call.ts";
import { on, refuse, silent, value, verbTable } from "../flag-table.ts";
import { columns, LIST_WIDTH } from "../rendering/columns.ts";
import type { Verb } from "../verb.ts";

const LISTS: readonly ConfigList[] = ["services", "volumes", "networks", "models", "images", "profiles", "environment"];

export const config: Verb = {
  table: verbTable("config [OPTIONS] [SERVICE...]", {
    environment: on("only the variables that values are taken from"),
    format: value("string", "yaml (the default) or json"),
    hash: value("SERVICES", 'only the hashes of these services, or of all: "*"'),
    images: on("only the names of the images"),
    "lock-image-digests": silent("switch"),
    models: on("only the names of the models"),
    networks: on("only the names of the networks"),
    "no-consistency": on("do not check that what is named is there"),
    "no-env-resolution": on("do not read the env files of services"),
    "no-interpolate": on("leave variables as they are written"),
    "no-normalize": on("leave out defaults"),
    "no-path-resolution": on("leave paths as they are written"),
    output: value("FILE", "write to a file", "o"),
    profiles: on("only the names of the profiles"),
    quiet: on("only check the files, and say nothing", "q"),
    "resolve-image-digests": silent("switch"),
    services: on("only the names of the services"),
    variables: on("only the variables in the files, with their defaults"),
    volumes: on("only the names of the volumes"),
  }),
  async run(call) {
    refuse(call.flags, ["lock-image-digests", "resolve-image-digests"]);
    const text = await configText(call);
    const output = call.flags.value("output");
    if (call.flags.has("quiet")) return 0;
    if (output === undefined) process.stdout.write(text);
    else {
      const { writeFile } = await import("node:fs/promises");
      // Secrets may be written out in it.
      await writeFile(output, text, { mode: 0o600 });
    }
    return 0;
  },
};

async function configText(call: ComposeCall): Promise<string> {
  const { flags } = call;
  const format = flags.value("format") || "yaml";
  if (format !== "yaml" && format !== "json") throw new UsageError(`unsupported format ${JSON.stringify(format)}`);
  if (flags.has("variables")) return variableTable(await usedVariables(call));
  const whole = await call.project(flags.operands, loadFlags(call));
  const { configHashes, configList, renderConfig } = await import("@skiff/compose/operations/config");
  const listed = LISTS.find((what) => flags.has(what));
  if (listed !== undefined) return lines(configList(whole, listed));
  const hashed = flags.value("hash");
  if (hashed !== undefined) return lines(configHashes(whole, hashed === "*" ? [] : hashed.split(",")));
  const { selectServices } = await import("@skiff/compose/select");
  const project = selectServices(whole, flags.operands, { dependencies: "all" });
  return renderConfig(project, format, { interpolated: !flags.has("no-interpolate") });
}

async function usedVariables(call: ComposeCall): Promise<readonly UsedVariable[]> {
  const { listVariables } = await import("@skiff/compose/variables");
  return listVariables(call.loadOptions());
}

function variableTable(variables: readonly UsedVariable[]): string {
  const rows = variables.map(({ name, required, defaultValue, alternateValue }) => [
    ...[name, String(required), defaultValue, alternateValue],
  ]);
  return columns([["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"], ...rows], LIST_WIDTH);
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

function loadFlags({ flags }: ComposeCall): Partial<LoadOptions> {
  return {
    interpolate: !flags.has("no-interpolate"),
    normalize: !flags.has("no-normalize"),
    resolvePaths: !flags.has("no-path-resolution"),
    resolveEnvironment: !flags.has("no-env-resolution"),
    consistency: !flags.has("no-consistency"),
  };
}
