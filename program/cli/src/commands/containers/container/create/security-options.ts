/** `--security-opt`. */
import { readFileSync } from "node:fs";
import { VerbFailure } from "../../verb.ts";
import { splitAt } from "./values.ts";

/** What a create request says of them. */
export interface SecurityOptions {
  readonly options: readonly string[];
  readonly masked: { readonly MaskedPaths?: readonly string[]; readonly ReadonlyPaths?: readonly string[] };
}

/** A seccomp profile travels as its text; `systempaths=unconfined` shows every path of /proc and /sys. */
export function securityOptions(texts: readonly string[]): SecurityOptions {
  const options: string[] = [];
  let masked = {};
  for (const text of texts) {
    const [name, value] = splitAt(text, text.includes("=") ? "=" : ":");
    if (!/[=:]/.test(text) && name !== "no-new-privileges")
      throw new VerbFailure(`Invalid --security-opt: "${text}"`, 125);
    if (name === "systempaths" && value === "unconfined") masked = { MaskedPaths: [], ReadonlyPaths: [] };
    else if (name === "seccomp" && value !== "unconfined" && value !== "builtin")
      options.push(`seccomp=${profile(value)}`);
    else options.push(text);
  }
  return { options, masked };
}

function profile(path: string): string {
  try {
    return JSON.stringify(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new VerbFailure(`compacting json for seccomp profile (${path}) failed: ${error.message}`, 125);
    throw new VerbFailure(`opening seccomp profile (${path}) failed: open ${path}: no such file or directory`, 125);
  }
}
