/** Which variables a project's files use. */
import { newSession } from "./file-session.ts";
import { parseFiles } from "./load-files.ts";
import type { LoadOptions } from "./load-options.ts";
import type { Node } from "./node.ts";
import { settle } from "./settle-project.ts";

/** One variable of `config --variables`. */
export interface UsedVariable {
  readonly name: string;
  readonly required: boolean;
  readonly defaultValue: string;
  /** What `:+` and `+` put in its place. */
  readonly alternateValue: string;
}

/** The beginning of a use, up to where a default or the like begins: what is nested in it is found in its turn. */
const USE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(:?[-?+])?)/g;

/** Gives the variables in the files of the project that `options` describe, in the order of their names. Throws `ComposeFileError`. */
export async function listVariables(options: LoadOptions): Promise<readonly UsedVariable[]> {
  const session = newSession({ ...options, interpolate: false });
  const { files, directory, environment } = await settle(options, session);
  const parsed = await parseFiles(files, { session, environment, baseDirectory: directory, resolvePaths: false });
  const found = new Map<string, UsedVariable>();
  for (const { documents } of parsed) for (const document of documents) collect(document, found);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function collect(node: Node, found: Map<string, UsedVariable>): void {
  if (node.kind === "list") for (const item of node.items) collect(item, found);
  else if (node.kind === "map") for (const { value } of node.entries.values()) collect(value, found);
  else if (typeof node.value === "string") collectText(node.value, found);
}

function collectText(text: string, found: Map<string, UsedVariable>): void {
  for (const match of text.matchAll(USE)) {
    const [use, bare, braced, operator = ""] = match;
    const name = bare ?? braced;
    if (name === undefined) continue;
    const kind = operator.slice(-1);
    const word = kind === "" ? "" : upToBrace(text, match.index + use.length);
    found.set(name, {
      name,
      required: kind === "?",
      defaultValue: kind === "-" ? word : "",
      alternateValue: kind === "+" ? word : "",
    });
  }
}

/** The text from `start` to the brace that closes it. */
function upToBrace(text: string, start: number): string {
  let open = 1;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith("${", at)) open += 1;
    else if (text.charAt(at) === "}") open -= 1;
    if (open === 0) return text.slice(start, at);
  }
  return text.slice(start);
}
