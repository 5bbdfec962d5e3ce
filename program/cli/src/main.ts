/** The `skiff` command: finds the subcommand, runs it, and turns what it throws into a message and an exit code. */
import { commands } from "./commands.ts";
import { VERSION } from "./version.ts";

async function main(words: readonly string[]): Promise<number> {
  const [name = "help", ...args] = pickInstance(words);
  if (name === "help" || name === "--help" || name === "-h") {
    const lines = commands.filter(({ hidden }) => !hidden).map((entry) => `  ${entry.name.padEnd(12)}${entry.summary}`);
    process.stdout.write(
      `Usage: skiff COMMAND [ARGUMENTS]\n\n${lines.join("\n")}\n\nRun 'skiff COMMAND --help' for its options.\n`,
    );
    return 0;
  }
  if (name === "--version" || name === "-v") {
    process.stdout.write(`skiff ${VERSION}\n`);
    return 0;
  }
  const entry = commands.find((candidate) => candidate.name === name);
  if (!entry) {
    process.stderr.write(`skiff: "${name}" is not a skiff command. See 'skiff help'.\n`);
    return 2;
  }
  try {
    return await entry.run(args);
  } catch (error) {
    const detail = process.env.SKIFF_DEBUG ? (error as Error).stack : (error as Error).message;
    process.stderr.write(`skiff ${name}: ${detail}\n`);
    return 1;
  }
}

/** `--name NAME` and `--data DIR` before the command: for it they are in the environment. */
function pickInstance(words: readonly string[]): readonly string[] {
  const [flag = "", ...rest] = words;
  const [, option = "", , attached] = /^--(name|data)(=(.*))?$/.exec(flag) ?? [];
  const value = attached ?? rest[0];
  if (option === "" || value === undefined) return words;
  process.env[option === "name" ? "SKIFF_NAME" : "SKIFF_DATA"] = value;
  return pickInstance(attached === undefined ? rest.slice(1) : rest);
}

process.exitCode = await main(process.argv.slice(2));
