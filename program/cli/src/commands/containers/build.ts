/** `skiff build`: an image from a Dockerfile and a context directory. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { BuildError, buildImage, type ImageBuild } from "@skiff/docker/client/build";
import { helpText } from "../../docker-client/help-text.ts";
import { type FlagTable, type ParsedFlags, parseFlags } from "../../docker-client/parse-flags.ts";
import { deliver, parseOutput } from "./build-output.ts";
import { connect } from "./connect.ts";
import { type BuildFailure, plainProgress } from "./plain-progress.ts";

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
    secret: "list",
    ssh: "list",
    "cache-from": "list",
    "cache-to": "list",
    output: "list",
    push: "switch",
    iidfile: "value",
    network: "value",
    "add-host": "list",
    memory: "value",
    "shm-size": "value",
    progress: "value",
    quiet: "switch",
    help: "switch",
  },
  short: { t: "tag", f: "file", q: "quiet", o: "output", m: "memory" },
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
  const outputs = flags.list("output").map(parseOutput);
  const tags = flags.list("tag");
  const isQuiet = flags.has("quiet");
  const say = (text: string): void => void (isQuiet || process.stderr.write(text));
  const progress = plainProgress(say);
  const build: ImageBuild = {
    ...(await inputs(context, flags.value("file"))),
    tags,
    // A name alone takes the value from the environment, or none.
    buildArgs: {
      ...(process.env.SOURCE_DATE_EPOCH ? { SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH } : {}),
      ...Object.fromEntries(flags.list("build-arg").flatMap((arg) => pair(arg, process.env[arg]))),
    },
    labels: Object.fromEntries(flags.list("label").flatMap((label) => pair(label, ""))),
    target: flags.value("target"),
    platform: flags.value("platform"),
    noCache: flags.has("no-cache"),
    pull: flags.has("pull"),
    secrets: await readSecrets(flags.list("secret")),
    parameters: parameters(flags),
    // What the builder's events do not say is said by the progress.
    output: () => undefined,
    events: progress.add,
  };
  const client = connect();
  const id = await buildImage(client, build).catch(async (error: unknown) => {
    const failure = failureOf(error);
    if (failure !== undefined) say(progress.failure(failure, await dockerfileText(build)));
    throw error;
  });
  progress.finish(id, tags);
  if (flags.value("iidfile") !== undefined) await writeFile(flags.value("iidfile") ?? "", id);
  for (const output of outputs) if (output.type !== "image") await deliver(client, id, output);
  if (flags.has("push") || outputs.some((output) => output.type === "image" && output.push)) {
    for (const tag of tags) await push(client, tag, say);
  }
  if (isQuiet) process.stdout.write(`${id}\n`);
  return 0;
}

async function inputs(context: string, file: string | undefined): Promise<Pick<ImageBuild, "context" | "dockerfile">> {
  if (context !== "-" && !existsSync(context))
    throw new Error(`unable to prepare context: path "${context}" not found`);
  const stdin = async () => Buffer.concat(await Array.fromAsync(process.stdin as AsyncIterable<Buffer>));
  if (context === "-") {
    const bytes = await stdin();
    // An archive begins with a compression's mark or a header of 512 bytes; else it is the Dockerfile itself.
    const isArchive = /^(?:1f8b|28b52ffd|425a68|fd377a58)/.test(bytes.subarray(0, 4).toString("hex"));
    if (isArchive || bytes.subarray(257, 262).toString("latin1") === "ustar")
      return { context: once(bytes), dockerfile: file };
    const { pack } = await import("tar-stream");
    const archive = pack();
    archive.entry({ name: "Dockerfile" }, bytes);
    archive.finalize();
    return { context: archive as AsyncIterable<Uint8Array> };
  }
  return { context, dockerfile: file === "-" ? { text: await stdin() } : file };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

// A mistake found before the build began is an answer of its own; only its text names the line.
function failureOf(error: unknown): BuildFailure | undefined {
  if (error instanceof BuildError) return error;
  const line = error instanceof Error ? /^dockerfile parse error line (\d+):/.exec(error.message)?.[1] : undefined;
  return line === undefined ? undefined : { message: (error as Error).message, line: Number(line) };
}

async function dockerfileText({ context, dockerfile }: ImageBuild): Promise<{ name: string; text: string }> {
  const name = typeof dockerfile === "string" ? dockerfile : "Dockerfile";
  if (typeof dockerfile === "object") return { name, text: dockerfile.text.toString("utf8") };
  if (typeof context !== "string") return { name, text: "" };
  const path = typeof dockerfile === "string" ? resolve(dockerfile) : resolve(context, "Dockerfile");
  return { name: basename(name), text: await readFile(path, "utf8") };
}

function parameters(flags: ParsedFlags): [string, string][] {
  const places = (name: string) => JSON.stringify(flags.list(name).map(cachePlace));
  const agents = Object.fromEntries(flags.list("ssh").map(sshAgent));
  const size = (name: string, parameter: string): [string, string][] => {
    const value = flags.value(name);
    return value === undefined ? [] : [[parameter, String(bytes(name, value))]];
  };
  return [
    ["cachefrom", places("cache-from")],
    ["cacheto", places("cache-to")],
    ["sshagents", JSON.stringify(agents)],
    ["networkmode", flags.value("network") ?? ""],
    ...flags.list("add-host").map((host): [string, string] => ["extrahosts", host]),
    ...size("memory", "memory"),
    ...size("shm-size", "shmsize"),
  ];
}

/** `type=local,src=DIR` (or `dest=`), `type=registry,ref=NAME`, or a reference alone. */
function cachePlace(text: string): object {
  if (!text.includes("=")) return { type: "registry", ref: text };
  const { type, ref, src, dest } = options(text);
  const directory = src ?? dest;
  if (type === "local" && directory !== undefined) return { type, directory: resolve(directory) };
  if (type === "registry" && ref !== undefined) return { type, ref };
  throw new Error(`a cache is type=local,src=DIR (or dest=DIR) or type=registry,ref=NAME, not "${text}"`);
}

// The socket's path is all that is sent: client and builder are on the same machine.
function sshAgent(text: string): [string, string] {
  const [id = "default", path = process.env.SSH_AUTH_SOCK ?? ""] = text.split("=", 2);
  if (path === "") throw new Error(`--ssh ${id}: SSH_AUTH_SOCK is not set`);
  return [id, resolve(path)];
}

async function readSecrets(texts: readonly string[]): Promise<Map<string, Uint8Array>> {
  const secrets = new Map<string, Uint8Array>();
  for (const text of texts) {
    const { type, id, src, source = src, env } = options(text);
    const name = id ?? (source === undefined ? env : basename(source));
    if (name === undefined) throw new Error(`--secret needs id=, not "${text}"`);
    const variable =
      env ?? (source === undefined && (type === "env" || process.env[name] !== undefined) ? name : undefined);
    secrets.set(
      name,
      variable === undefined ? await readFile(source ?? name) : Buffer.from(process.env[variable] ?? "", "utf8"),
    );
  }
  return secrets;
}

function options(text: string): Partial<Record<string, string>> {
  return Object.fromEntries(text.split(",").flatMap((part) => pair(part, "true")));
}

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

function bytes(flag: string, text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(text) ?? [];
  if (amount === "") throw new Error(`invalid argument "${text}" for --${flag}: not a size`);
  return Math.floor(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1));
}

async function push(client: ReturnType<typeof connect>, tag: string, say: (text: string) => void): Promise<void> {
  const at = tag.lastIndexOf(":") > tag.lastIndexOf("/") ? tag.lastIndexOf(":") : tag.length;
  const query = { tag: tag.slice(at + 1) || "latest" };
  for await (const message of client.messages(`/images/${tag.slice(0, at)}/push`, { method: "POST", query })) {
    if (typeof message.error === "string") throw new Error(message.error);
  }
  say(`pushed ${tag}\n`);
}

function pair(text: string, otherwise: string | undefined): [string, string][] {
  const equals = text.indexOf("=");
  if (equals >= 0) return [[text.slice(0, equals), text.slice(equals + 1)]];
  return otherwise === undefined ? [] : [[text, otherwise]];
}
