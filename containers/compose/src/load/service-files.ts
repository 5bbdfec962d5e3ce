/** `env_file` and `label_file`: read, and joined with what the service says itself. */
import type { EnvFile, Service } from "../model.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import { parseDotenv, parseRawEnv } from "./dotenv.ts";
import { displayName, type FileReference, type FileSession, reasonOf, variables } from "./file-session.ts";
import { attribute, type Node } from "./node.ts";
import { resolved, sorted } from "./normalize-service.ts";
import { readText } from "./read-text.ts";
import { failAt } from "./source.ts";

/**
 * Gives `service` with its environment and its labels complete and without the attributes that name files; `node` is where
 * it is written. Of several files the last one wins, and what the service says itself wins over all. Throws
 * `ComposeFileError` for a required file that is not there.
 */
export async function resolveServiceFiles(
  service: Service,
  environment: Readonly<Record<string, string>>,
  session: FileSession,
  node: Node | undefined,
): Promise<Service> {
  const { env_file: files, label_file: labelFiles, ...rest } = service;
  const found: Record<string, string | null> = {};
  const at = (attributeName: string, index: number): FileReference | undefined => {
    const list = attribute(node, attributeName);
    const item = list?.kind === "list" ? list.items[index] : undefined;
    return item === undefined
      ? undefined
      : { at: item.at, path: `services.${service.name}.${attributeName}[${index}]` };
  };
  for (const [index, file] of (files ?? []).entries()) {
    Object.assign(found, await readVariables(file, environment, session, at("env_file", index)));
  }
  Object.assign(found, resolved(rest.environment ?? {}, environment));
  const labels: Record<string, string> = {};
  for (const [index, path] of (labelFiles ?? []).entries()) {
    const file = { path, required: true };
    Object.assign(labels, await readVariables(file, environment, session, at("label_file", index)));
  }
  Object.assign(labels, rest.labels);
  return {
    ...rest,
    ...(files === undefined && rest.environment === undefined ? {} : { environment: sorted(found) }),
    ...(labelFiles === undefined && rest.labels === undefined ? {} : { labels: sorted(labels) }),
  };
}

async function readVariables(
  { path, required, format }: EnvFile,
  environment: Readonly<Record<string, string>>,
  session: FileSession,
  reference: FileReference | undefined,
): Promise<Readonly<Record<string, string>>> {
  const name = displayName(session, path);
  const lookup = (variable: string): string | undefined => environment[variable];
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!required && code === "ENOENT") return {};
    const reason = `${name} cannot be read: ${reasonOf(error)}`;
    if (reference !== undefined) return failAt(reference.at, reference.path, reason);
    throw new ComposeFileError(reason, undefined, { cause: error });
  }
  if (format === "raw") return parseRawEnv(text, lookup);
  return parseDotenv(text, name, lookup, variables(session, environment).missing);
}
