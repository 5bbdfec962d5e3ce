/** Configuration files in the form Kubernetes gives them: YAML or JSON with a kind and an apiVersion. */
import { readFileSync } from "node:fs";
import { parseYaml } from "@skiff/api/server";

/** What a file must be. */
export interface ExpectedConfiguration {
  readonly kind: string;
  readonly apiVersions: readonly string[];
}

/** The object in a file's text. Throws, naming `path`, when it is not of that kind, or has fields besides `fields`. */
export function parseConfiguration(
  text: string,
  path: string,
  { kind, apiVersions }: ExpectedConfiguration,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  const { value, duplicates } = parsed(text, path);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${path}: expected a ${kind}`);
  const object = value as Readonly<Record<string, unknown>>;
  if (object.kind !== kind || !apiVersions.includes(String(object.apiVersion))) {
    throw new Error(
      `${path}: expected kind ${kind} of ${apiVersions.join(" or ")}, found ${object.kind} of ${object.apiVersion}`,
    );
  }
  if (duplicates.length > 0) throw new Error(`${path}: given twice: ${duplicates.join(", ")}`);
  const unknown = Object.keys(object).find((key) => !["kind", "apiVersion", "metadata", ...fields].includes(key));
  if (unknown !== undefined) throw new Error(`${path}: unknown field ${JSON.stringify(unknown)}`);
  return object;
}

/** As `parseConfiguration`, of a file. */
export function readConfiguration(
  path: string,
  expected: ExpectedConfiguration,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  return parseConfiguration(readFileSync(path, "utf8"), path, expected, fields);
}

function parsed(text: string, path: string) {
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${path}: ${error.message}`);
    throw error;
  }
}
