/** Build arguments that were given for nothing. */
import type { Dockerfile } from "./dockerfile/instruction.ts";

/** Arguments that need no ARG. */
export const PROXY_ARGS: readonly string[] = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "FTP_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
].flatMap((name) => [name, name.toLowerCase()]);
const KNOWN = [...PROXY_ARGS, "SOURCE_DATE_EPOCH"];

/** Names of the arguments that no ARG of the file declares, in alphabetical order. */
export function unusedArguments({ globalArgs, stages }: Dockerfile, given: Readonly<Record<string, string>>): string[] {
  const declared = new Set(
    [...globalArgs, ...stages.flatMap(({ instructions }) => instructions.filter((one) => one.do === "arg"))].flatMap(
      ({ args }) => args.map(({ name }) => name),
    ),
  );
  return Object.keys(given)
    .filter((name) => !declared.has(name) && !KNOWN.includes(name))
    .sort();
}
