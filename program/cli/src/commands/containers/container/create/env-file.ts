/** `--env-file` and `--label-file`: one `NAME=VALUE` a line, and comments. */
import { readFileSync } from "node:fs";
import { VerbFailure } from "../../verb.ts";

/** The lines of a file. Of a name alone, `lookup` says the value; where it knows none, the line is left out. Throws VerbFailure. */
export function readPairs(path: string, lookup: (name: string) => string | undefined): string[] {
  return read(path)
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const [name = ""] = line.split("=", 1);
      if (name === "") throw new VerbFailure(`invalid env file (${path}): no variable name on line '${line}'`, 125);
      if (/\s/.test(name))
        throw new VerbFailure(`invalid env file (${path}): variable '${name}' contains whitespaces`, 125);
      if (line.includes("=")) return [line];
      const value = lookup(name);
      return value === undefined ? [] : [`${name}=${value}`];
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new VerbFailure(`open ${path}: no such file or directory`, 125);
    throw error;
  }
}
