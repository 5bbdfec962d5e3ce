/**
 * Writes the generated part of `@skiff/api` from the API facts.
 *
 * Usage: node tools/generate-api.ts <kubernetes-api-facts.json> [--all-versions]
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withAlwaysWritten } from "./generate-api/always-written.ts";
import { type PackageFacts, selectPackages } from "./generate-api/facts.ts";
import { handlesSource } from "./generate-api/handles-source.ts";
import { tableSource } from "./generate-api/table-source.ts";
import { TypeResolver } from "./generate-api/type-expression.ts";
import { typesSource } from "./generate-api/types-source.ts";

const room = join(import.meta.dirname, "../kubernetes/api");

function readFacts(path: string): Record<string, PackageFacts> {
  return JSON.parse(readFileSync(path, "utf8"));
}

function write(path: string, text: string): void {
  const target = join(room, "src/generated", path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

const [factsPath, ...options] = process.argv.slice(2);
if (!factsPath) throw new Error("usage: node tools/generate-api.ts <kubernetes-api-facts.json> [--all-versions]");
const facts = { ...readFacts(factsPath), ...readFacts(join(import.meta.dirname, "generate-api/apiregistration.json")) };
const packages = selectPackages(facts, options.includes("--all-versions")).map(withAlwaysWritten);
const resolver = new TypeResolver(packages);

for (const pkg of packages) write(`types/${pkg.name}.ts`, typesSource(pkg, resolver));
write("type-table.ts", tableSource(packages, resolver));
write("resources.ts", handlesSource());

const manifestPath = join(room, "package.json");
const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
const exported = packages.map((pkg) => [`./${pkg.name}`, `./src/generated/types/${pkg.name}.ts`]);
manifest.exports = {
  ".": "./src/index.ts",
  "./server": "./src/server.ts",
  "./resources": "./src/generated/resources.ts",
  "./testing": "./src/testing/index.ts",
  ...Object.fromEntries(exported),
};
writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
