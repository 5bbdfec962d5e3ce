/**
 * Every check, in the order in which a mistake is cheapest to find: format and lint, types, laws and unit tests, then the
 * whole-system tests one file at a time (they share the machine's kernel). Prints what it runs, how long each step took and, at the end,
 * which failed. `--quick` leaves out the whole-system tests.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

const quick = process.argv.includes("--quick");

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const unitTests = globSync([
  "tools/laws/*.test.ts",
  "containers/*/src/**/*.test.ts",
  "kubernetes/*/src/**/*.test.ts",
  "program/*/src/**/*.test.ts",
]).toSorted();
const systemTests = globSync("test/**/*.test.ts").toSorted();

const checks: Check[] = [
  { name: "format and lint", command: "node_modules/.bin/biome", args: ["check", "."] },
  { name: "types", command: "node_modules/.bin/tsc", args: ["--noEmit"] },
  {
    name: "unit tests and laws",
    command: process.execPath,
    args: [
      "--disable-warning=ExperimentalWarning",
      "--test",
      "--test-concurrency=2",
      "--test-timeout=120000",
      ...unitTests,
    ],
    env: { NODE_ENV: "test" },
  },
];
if (!quick) {
  for (const file of systemTests) {
    checks.push({
      name: file,
      command: process.execPath,
      args: ["--disable-warning=ExperimentalWarning", "--test", "--test-timeout=180000", file],
    });
  }
}

const started = Date.now();
const failed: string[] = [];
for (const check of checks) {
  process.stdout.write(`\n=== ${check.name}\n`);
  const before = Date.now();
  const { status, signal } = spawnSync(check.command, check.args, {
    stdio: "inherit",
    env: { ...process.env, ...check.env },
  });
  const seconds = ((Date.now() - before) / 1000).toFixed(1);
  if (status !== 0) failed.push(check.name);
  const outcome = status === 0 ? `ok, ${seconds} s` : `failed after ${seconds} s (${signal ?? `exit code ${status}`})`;
  process.stdout.write(`=== ${check.name}: ${outcome}\n`);
}
const total = ((Date.now() - started) / 1000).toFixed(0);
if (failed.length > 0) {
  process.stdout.write(
    `\n=== ${failed.length} of ${checks.length} checks failed in ${total} s: ${failed.join(", ")}\n`,
  );
  process.exit(1);
}
process.stdout.write(`\n=== all ${checks.length} checks passed in ${total} s\n`);
