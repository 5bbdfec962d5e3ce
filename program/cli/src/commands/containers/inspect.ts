/** `skiff inspect` and `skiff container|image|network|volume inspect`: all that is known of things. */
import { DockerApiError, type DockerClient } from "@skiff/docker/client";
import { compileTemplate, type Template } from "../../docker-client/go-template/execute.ts";
import type { FlagTable } from "../../docker-client/parse-flags.ts";
import { imagePath } from "./image/reference.ts";
import { withZeroes } from "./inspect-zeroes.ts";
import { messageOf, type Verb, VerbFailure, verb } from "./verb.ts";

/** What can be looked at. */
export type Kind = "container" | "image" | "network" | "volume";

const KINDS: readonly Kind[] = ["container", "image", "network", "volume"];

/** `skiff inspect`, which finds out what a name means; with a kind, the subcommand of that. */
export function inspectVerb(kind?: Kind): Verb {
  const table: FlagTable = {
    usage: `skiff ${kind === undefined ? "" : `${kind} `}inspect [OPTIONS] NAME|ID [NAME|ID...]`,
    about: kind === undefined ? "Shows all that is known of something" : `Shows all that is known of ${kind}s`,
    operands: { min: 1 },
    flags: {
      format: "value",
      ...(kind === undefined || kind === "container" ? { size: "switch" } : {}),
      ...(kind === undefined ? { type: "value" } : {}),
      ...(kind === "network" ? { verbose: "switch" } : {}),
    },
    short: {
      f: "format",
      ...(kind === undefined || kind === "container" ? { s: "size" } : {}),
      ...(kind === "network" ? { v: "verbose" } : {}),
    },
    interspersed: true,
  };
  return verb(table, async ({ flags, client }) => {
    const type = flags.value("type");
    if (type !== undefined && !KINDS.includes(type as Kind))
      throw new VerbFailure(`unknown type: "${type}": must be one of "${KINDS.join('", "')}"`);
    const only = kind ?? (type as Kind | undefined);
    const print = printer(flags.value("format"));
    const found: unknown[] = [];
    const errors: string[] = [];
    for (const name of flags.operands) {
      try {
        found.push(print(await look(client, name, only, flags.has("size"))));
      } catch (error) {
        errors.push(messageOf(error));
      }
    }
    process.stdout.write(flags.given("format") ? `${found.join("\n")}\n` : `${indented(found)}\n`);
    if (errors.length > 0) process.stderr.write(`${errors.join("\n")}\n`);
    return errors.length > 0 ? 1 : 0;
  });
}

export const run: Verb = (args) => inspectVerb()(args);

interface Found {
  readonly kind: Kind;
  readonly value: object;
}

async function look(client: DockerClient, name: string, only: Kind | undefined, size: boolean): Promise<Found> {
  for (const kind of only === undefined ? KINDS : [only]) {
    try {
      return {
        kind,
        value: await client.json<object>(pathOf(kind, name), { query: { size: size ? "1" : undefined } }),
      };
    } catch (error) {
      // What it is not it may be of another kind.
      if (only !== undefined || !(error instanceof DockerApiError) || (error.status !== 404 && error.status !== 400))
        throw error;
    }
  }
  throw new VerbFailure(`Error: No such object: ${name}`);
}

function pathOf(kind: Kind, name: string): string {
  if (kind === "image") return `${imagePath(name)}/json`;
  const path = `/${kind}s/${encodeURIComponent(name)}`;
  return kind === "container" ? `${path}/json` : path;
}

/** Of a value, its text by the template, or itself. Throws VerbFailure for a template that cannot be parsed. */
function printer(format: string | undefined): (found: Found) => unknown {
  if (format === undefined || format === "") return ({ value }) => value;
  let print: Template;
  try {
    print = compileTemplate(format === "json" ? "{{json .}}" : format);
  } catch (error) {
    throw new VerbFailure(`template parsing error: ${(error as Error).message}`, 64);
  }
  return ({ kind, value }) => {
    try {
      return print(withZeroes(kind, value));
    } catch {
      // What a field that is not there stands for is known of some fields only; the error is about what is there.
      return again(print, value);
    }
  };
}

function again(print: Template, value: object): string {
  try {
    return print(value);
  } catch (error) {
    throw new VerbFailure(`template parsing error: ${(error as Error).message}`);
  }
}

function indented(found: readonly unknown[]): string {
  return found.length === 0 ? "[]" : JSON.stringify(found, undefined, 4);
}
