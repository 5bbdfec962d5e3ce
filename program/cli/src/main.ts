/** The `skiff` command: finds the subcommand, runs it, and turns what it throws into a message and an exit code. */
import { commands } from "./commands.ts";
import { VERSION } from "./version.ts";

async function main([name = "help", ...args]: readonly string[]): Promise<number> {
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

process.exitCode = await main(process.argv.slice(2));
