/** From the text of a Dockerfile to its stages. */
import { DockerfileError, DockerfileParseError } from "../dockerfile-error.ts";
import { takeFlags } from "./flags.ts";
import type { Dockerfile, From, Instruction, Stage } from "./instruction.ts";
import { type LogicalLine, splitLines } from "./lines.ts";
import { parseArguments, parseInstruction } from "./parse-instruction.ts";
import { splitWords } from "./words.ts";

const MAX_STAGES = 256;
const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

/** Reads a Dockerfile. Throws DockerfileParseError naming the line. Nothing is expanded, and no file is looked at. */
export function parseDockerfile(source: string): Dockerfile {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof DockerfileError) throw new DockerfileParseError(error.reason, error.line, { cause: error });
    throw error;
  }
}

function parse(source: string): Dockerfile {
  const { escapeChar, lines } = splitLines(source);
  const globalArgs: Dockerfile["globalArgs"][number][] = [];
  const stages: { from: From; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const { keyword, rest } = splitKeyword(line.text);
    const stage = stages.at(-1);
    if (keyword === "from") {
      stages.push({ from: parseFrom(line, rest, escapeChar), instructions: [] });
      if (stages.length > MAX_STAGES) throw new DockerfileError(`more than ${MAX_STAGES} stages`, line.line);
    } else if (stage !== undefined) {
      stage.instructions.push(parseInstruction(keyword, rest, line, escapeChar));
    } else if (keyword === "arg") {
      globalArgs.push({ line: line.line, text: line.text, args: parseArguments(rest, line.line, escapeChar) });
    } else {
      throw new DockerfileError(`no build stage in current context: ${keyword.toUpperCase()} before FROM`, line.line);
    }
  }
  if (stages.length === 0) throw new DockerfileError("the Dockerfile has no FROM instruction");
  return { escapeChar, globalArgs, stages: stages satisfies Stage[] };
}

/** Reads one instruction as it stands in an image's ONBUILD list. Throws DockerfileError. */
export function parseTrigger(text: string): Instruction {
  const [line] = splitLines(text).lines;
  const { keyword, rest } = splitKeyword(line?.text ?? "");
  if (line === undefined || ["from", "onbuild", "maintainer"].includes(keyword)) {
    throw new DockerfileError(`${keyword.toUpperCase()} isn't allowed as an ONBUILD trigger`);
  }
  return parseInstruction(keyword, rest, line, "\\");
}

function splitKeyword(text: string): { keyword: string; rest: string } {
  const keyword = /^\S+/.exec(text)?.[0] ?? "";
  return { keyword: keyword.toLowerCase(), rest: text.slice(keyword.length).trim() };
}

function parseFrom({ line, text }: LogicalLine, rest: string, escapeChar: string): From {
  const { flags, rest: operands } = takeFlags(rest, ["platform"], line);
  const [image, as, name, ...extra] = splitWords(operands, escapeChar);
  if (
    image === undefined ||
    extra.length > 0 ||
    (as !== undefined && (as.toLowerCase() !== "as" || name === undefined))
  ) {
    throw new DockerfileError("FROM requires either one or three arguments", line);
  }
  const lower = name?.toLowerCase();
  if (lower !== undefined && !STAGE_NAME.test(lower))
    throw new DockerfileError(`invalid name for build stage: "${name}"`, line);
  const platform = flags.get("platform")?.at(-1);
  return {
    do: "from",
    line,
    text,
    image,
    ...(lower === undefined ? {} : { name: lower }),
    ...(platform === undefined ? {} : { platform }),
  };
}
