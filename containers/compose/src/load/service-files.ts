/** `env_file` and `label_file`: read, and joined with what the service says itself. */
import { readFile } from "node:fs/promises";
import type { EnvFile, Service } from "../model.ts";
import { ComposeFileError } from "./compose-file-error.ts";
import { parseDotenv, parseRawEnv } from "./dotenv.ts";
import { displayName, type FileSession, reasonOf, variables } from "./file-session.ts";
import { resolved, sorted } from "./normalize-service.ts";

/**
 * Gives `service` with its environment and its labels complete and without the attributes that name files. Of several files
 * the last one wins, and what the service says itself wins over all. Throws `ComposeFileError` for a required file that is not there.
 */
export async function resolveServiceFiles(
  service: Service,
  environment: Readonly<Record<string, string>>,
  session: FileSession,
): Promise<Service> {
  const { env_file: files, label_file: labelFiles, ...rest } = service;
  const found: Record<string, string | null> = {};
  for (const file of files ?? []) Object.assign(found, await readVariables(file, service.name, environment, session));
  Object.assign(found, resolved(rest.environment ?? {}, environment));
  const labels: Record<string, string> = {};
  for (const path of labelFiles ?? []) {
    Object.assign(labels, await readVariables({ path, required: true }, service.name, environment, session));
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
  service: string,
  environment: Readonly<Record<string, string>>,
  session: FileSession,
): Promise<Readonly<Record<string, string>>> {
  const name = displayName(session, path);
  const lookup = (variable: string): string | undefined => environment[variable];
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!required && code === "ENOENT") return {};
    throw new ComposeFileError(
      `env file of service ${JSON.stringify(service)} cannot be read: ${reasonOf(error)}`,
      { file: name },
      { cause: error },
    );
  }
  if (format === "raw") return parseRawEnv(text, lookup);
  return parseDotenv(text, name, lookup, variables(session, environment).missing);
}
