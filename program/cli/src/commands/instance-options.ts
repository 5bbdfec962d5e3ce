import { Command } from "commander";

/** What a user says to pick an instance, on every command that touches one. */
export interface InstanceOptions {
  readonly name?: string;
  readonly data?: string;
}

/** A command named `name` with the options that pick an instance. Wrong usage exits with code 2. */
export function instanceCommand(name: string, description: string): Command {
  return new Command(`skiff ${name}`)
    .description(description)
    .option("--data <dir>", "keep everything in this directory (default /var/lib/skiff)")
    .option("--name <name>", "name of the instance, for several on one machine")
    .helpOption("-h, --help", "show this")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}
