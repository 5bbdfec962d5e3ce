/** `skiff build`: an image from a Dockerfile and a context directory. */
import { type FlagTable, helpText, parseFlags } from "../../docker-client/parse-flags.ts";
import { buildImage } from "./build-image.ts";
import { connect } from "./connect.ts";

const TABLE: FlagTable = {
  usage: "skiff build [OPTIONS] CONTEXT",
  flags: {
    tag: "list",
    file: "value",
    "build-arg": "list",
    label: "list",
    target: "value",
    platform: "value",
    "no-cache": "switch",
    pull: "switch",
    quiet: "switch",
    help: "switch",
  },
  short: { t: "tag", f: "file", q: "quiet" },
  interspersed: true,
};

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args, TABLE);
  if (flags.has("help")) {
    process.stdout.write(helpText(TABLE));
    return 0;
  }
  const [context] = flags.operands;
  if (context === undefined) throw new Error(`a context directory is required\n\nUsage: ${TABLE.usage}`);
  const id = await buildImage(connect(), {
    context,
    dockerfile: flags.value("file"),
    tags: flags.list("tag"),
    // A name alone takes the value from the environment, or none.
    buildArgs: Object.fromEntries(flags.list("build-arg").flatMap((arg) => pair(arg, process.env[arg]))),
    labels: Object.fromEntries(flags.list("label").flatMap((label) => pair(label, ""))),
    target: flags.value("target"),
    platform: flags.value("platform"),
    noCache: flags.has("no-cache"),
    pull: flags.has("pull"),
    output: (text) => flags.has("quiet") || process.stdout.write(text),
  });
  if (flags.has("quiet")) process.stdout.write(`${id}\n`);
  return 0;
}

function pair(text: string, otherwise: string | undefined): [string, string][] {
  const equals = text.indexOf("=");
  if (equals >= 0) return [[text.slice(0, equals), text.slice(equals + 1)]];
  return otherwise === undefined ? [] : [[text, otherwise]];
}
