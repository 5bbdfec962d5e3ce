/** Lists in the form that `--format` asks for. */
import { CONTAINER_COLUMNS, columns } from "./columns.ts";

/** Objects as JSON, one a line, or by a Go template; "table TEMPLATE" aligns what the template separates by tabs. Throws for a template that cannot be. */
export async function formatted(
  format: string,
  objects: readonly Readonly<Record<string, unknown>>[],
): Promise<string> {
  if (format === "json") return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
  const { compileTemplate } = await import("../../../docker-client/go-template/execute.ts");
  const table = /^table\s+(.*)$/s.exec(format);
  const source = (table?.[1] ?? format).replaceAll("\\t", "\t").replaceAll("\\n", "\n");
  const template = compileTemplate(source);
  if (table === null) return objects.map((object) => `${template(object)}\n`).join("");
  const heading = Object.fromEntries(
    [...source.matchAll(/\.([A-Z][A-Za-z]*)/g)].map(([, field = ""]) => [field, headingOf(field)]),
  );
  return columns(
    [heading, ...objects].map((object) => template(object).split("\t")),
    CONTAINER_COLUMNS,
  );
}

const OTHER: Readonly<Record<string, string>> = {
  ID: "CONTAINER ID",
  CreatedAt: "CREATED AT",
  RunningFor: "CREATED",
  ExitCode: "EXIT CODE",
  LocalVolumes: "LOCAL VOLUMES",
};

const headingOf = (field: string): string => OTHER[field] ?? field.toUpperCase();
