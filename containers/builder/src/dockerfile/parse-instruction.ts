/** One instruction from its keyword and its rest; each has its own little grammar. */
import { DockerfileError } from "../dockerfile-error.ts";
import { takeFlags } from "./flags.ts";
import type { Command, Copy, Instruction, Pair, Run } from "./instruction.ts";
import { heredocName, type LogicalLine } from "./lines.ts";
import { splitWords } from "./words.ts";

const ADD_FLAGS = ["checksum", "keep-git-dir", "unpack"];
const HEALTH_FLAGS = ["interval", "timeout", "start-period", "start-interval", "retries"];

/** Reads what follows the keyword (lower case). Throws DockerfileError naming the line. */
export function parseInstruction(keyword: string, rest: string, source: LogicalLine, escapeChar: string): Instruction {
  const { line, text } = source;
  const at = { line, text };
  if (rest === "" && keyword !== "") {
    throw new DockerfileError(`${keyword.toUpperCase()} requires at least one argument`, line);
  }
  switch (keyword) {
    case "run":
      return parseRun(rest, source);
    case "copy":
    case "add":
      return parseCopy(keyword, rest, source, escapeChar);
    case "env":
    case "label":
      return { do: keyword, ...at, pairs: parsePairs(keyword, rest, line, escapeChar) };
    case "arg":
      return { do: "arg", ...at, args: parseArguments(rest, line, escapeChar) };
    case "workdir":
    case "user":
    case "stopsignal":
    case "maintainer":
      return { do: keyword, ...at, value: rest };
    case "expose":
      return { do: "expose", ...at, values: splitWords(rest, escapeChar) };
    case "volume":
      return { do: "volume", ...at, values: parseExecForm(rest) ?? splitWords(rest, escapeChar) };
    case "cmd":
    case "entrypoint":
      return { do: keyword, ...at, command: parseCommand(rest) };
    case "shell": {
      const args = parseExecForm(rest);
      if (args === undefined || args.length === 0)
        throw new DockerfileError("SHELL requires the arguments to be in JSON form", line);
      return { do: "shell", ...at, args };
    }
    case "healthcheck":
      return parseHealthcheck(rest, source);
    case "onbuild":
      return { do: "onbuild", ...at, trigger: parseOnbuild(rest, line) };
    default:
      throw new DockerfileError(`unknown instruction: ${keyword.toUpperCase()}`, line);
  }
}

/** Reads the operands of ARG: `name`, `name=value`, several of them. */
export function parseArguments(rest: string, line: number, escapeChar: string): { name: string; value?: string }[] {
  return splitWords(rest, escapeChar).map((word) => {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new DockerfileError(`invalid name of a build argument: ${JSON.stringify(name)}`, line);
    return equals < 0 ? { name } : { name, value: word.slice(equals + 1) };
  });
}

function parseRun(rest: string, { line, text, heredocs }: LogicalLine): Run {
  const { flags, rest: operands } = takeFlags(rest, ["mount", "network", "security"], line);
  const security = flags.get("security")?.at(-1);
  if (security !== undefined && security !== "sandbox")
    throw new DockerfileError(`RUN --security=${security} is not allowed: builds have no privileges`, line);
  const network = flags.get("network")?.at(-1);
  if (operands === "") throw new DockerfileError("RUN requires at least one argument", line);
  return {
    do: "run",
    line,
    text,
    command: parseCommand(operands),
    mounts: flags.get("mount") ?? [],
    ...(network === undefined ? {} : { network }),
    heredocs,
  };
}

function parseCopy(keyword: "copy" | "add", rest: string, source: LogicalLine, escapeChar: string): Copy {
  const { line, text, heredocs } = source;
  const known = ["chown", "chmod", "link", "exclude", ...(keyword === "copy" ? ["from", "parents"] : ADD_FLAGS)];
  const { flags, rest: operands } = takeFlags(rest, known, line);
  const words = [...(parseExecForm(operands) ?? splitWords(operands, escapeChar))];
  const destination = words.pop();
  if (destination === undefined || words.length === 0) {
    throw new DockerfileError(`${keyword.toUpperCase()} requires at least two arguments`, line);
  }
  const copy: Copy = {
    do: keyword,
    line,
    text,
    sources: words.filter((word) => heredocName(word) === undefined),
    destination,
    heredocs,
  };
  if (flags.has("keep-git-dir"))
    throw new DockerfileError("ADD --keep-git-dir is not supported: git repositories cannot be added", line);
  const options = ["from", "chown", "chmod", "checksum"].flatMap((name) => {
    const value = flags.get(name)?.at(-1);
    return value === undefined ? [] : [[name, value]];
  });
  const exclude = flags.get("exclude");
  const unpack = flags.has("unpack") ? switchOf("unpack", flags, line) : undefined;
  return {
    ...copy,
    ...Object.fromEntries(options),
    ...(switchOf("link", flags, line) ? { link: true } : {}),
    ...(switchOf("parents", flags, line) ? { parents: true } : {}),
    ...(exclude === undefined ? {} : { exclude }),
    ...(unpack === undefined ? {} : { unpack }),
  };
}

function switchOf(name: string, flags: ReadonlyMap<string, readonly string[]>, line: number): boolean {
  const value = flags.get(name)?.at(-1) ?? "false";
  if (!["true", "false", "1", "0"].includes(value.toLowerCase()))
    throw new DockerfileError(`expecting boolean value for flag ${name}, not: ${value}`, line);
  return ["true", "1"].includes(value.toLowerCase());
}

function parsePairs(keyword: "env" | "label", rest: string, line: number, escapeChar: string): Pair[] {
  const words = splitWords(rest, escapeChar);
  if (!words[0]?.includes("=")) {
    // The old form: one name, and the rest of the line is its value.
    const [, name = "", value] = /^(\S+)\s+(.*)$/s.exec(rest) ?? [];
    if (value === undefined) throw new DockerfileError(`${keyword.toUpperCase()} must have two arguments`, line);
    return [[name, value]];
  }
  return words.map((word) => {
    const equals = word.indexOf("=");
    if (equals < 0)
      throw new DockerfileError(`syntax error: can't find = in "${word}". Must be of the form: name=value`, line);
    if (equals === 0) throw new DockerfileError(`${keyword.toUpperCase()} names can not be blank`, line);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}

function parseHealthcheck(rest: string, { line, text }: LogicalLine): Instruction {
  const { flags, rest: operands } = takeFlags(rest, HEALTH_FLAGS, line);
  const [, kind = "", command = ""] = /^(\S*)\s*(.*)$/s.exec(operands) ?? [];
  if (kind.toUpperCase() === "NONE") return { do: "healthcheck", line, text, none: true };
  if (kind.toUpperCase() !== "CMD" || command === "") {
    throw new DockerfileError(`unknown type ${JSON.stringify(kind)} in HEALTHCHECK (try CMD)`, line);
  }
  const values = Object.fromEntries([...flags].map(([name, all]) => [name, all.at(-1) ?? ""]));
  return { do: "healthcheck", line, text, none: false, command: parseCommand(command), flags: values };
}

function parseOnbuild(rest: string, line: number): string {
  const keyword = /^\S+/.exec(rest)?.[0]?.toUpperCase() ?? "";
  if (keyword === "ONBUILD") throw new DockerfileError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", line);
  if (keyword === "FROM" || keyword === "MAINTAINER")
    throw new DockerfileError(`${keyword} isn't allowed as an ONBUILD trigger`, line);
  return rest;
}

function parseCommand(text: string): Command {
  const args = parseExecForm(text);
  return args === undefined ? { form: "shell", text } : { form: "exec", args };
}

// What is not a JSON array of strings is a command for the shell, as in `[ -f x ]`.
function parseExecForm(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
