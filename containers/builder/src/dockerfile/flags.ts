/** Flags of an instruction: the `--name=value` words before its operands. */
import { DockerfileError } from "../dockerfile-error.ts";

/** Takes the flags off an instruction's rest. A flag may come several times. Throws DockerfileError for one not in `known`. */
export function takeFlags(
  rest: string,
  known: readonly string[],
  line: number,
): { readonly flags: ReadonlyMap<string, readonly string[]>; readonly rest: string } {
  const flags = new Map<string, string[]>();
  let left = rest;
  for (;;) {
    const match = /^--([a-z][a-z-]*)(?:=("[^"]*"|\S*))?(?:\s+|$)/.exec(left);
    if (match === null) return { flags, rest: left };
    const [whole, name = "", value = "true"] = match;
    if (!known.includes(name)) throw new DockerfileError(`unknown flag: --${name}`, line);
    flags.set(name, [...(flags.get(name) ?? []), value.replace(/^"(.*)"$/, "$1")]);
    left = left.slice(whole.length);
  }
}
