/** The value of `RUN --mount`: comma-separated `key=value`, or a bare key. */
import { DockerfileError } from "../dockerfile-error.ts";

const ALIASES: Readonly<Record<string, string>> = {
  src: "source",
  dst: "target",
  destination: "target",
  ro: "readonly",
  rw: "readwrite",
};
const KNOWN = [
  "type",
  "source",
  "target",
  "from",
  "readonly",
  "readwrite",
  "id",
  "sharing",
  "mode",
  "uid",
  "gid",
  "size",
  "required",
  "env",
];

/** Reads the options under their full names; a bare key has the value "true". Throws DockerfileError for an unknown one. */
export function mountOptions(text: string, line: number): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const part of text.split(",")) {
    const equals = part.indexOf("=");
    const written = (equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    const key = ALIASES[written] ?? written;
    if (!KNOWN.includes(key)) throw new DockerfileError(`unexpected key '${written}' in --mount=${text}`, line);
    options.set(key, equals < 0 ? "true" : part.slice(equals + 1));
  }
  return options;
}
