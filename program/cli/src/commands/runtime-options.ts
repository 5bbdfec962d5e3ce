import type { Command } from "commander";
import type { ConfigChoice } from "../instance/config.ts";

/** What a user says about the container runtime that Pods run on; an instance remembers it. */
export interface RuntimeOptions {
  readonly containerRuntimeEndpoint?: string;
}

/** Adds the option to a command. */
export function withRuntimeOptions(command: Command): Command {
  return command.option(
    "--container-runtime-endpoint <address>",
    "CRI runtime that runs the Pods: unix:///path/of/a/socket, or none for skiff's own engine",
  );
}

/** The option as the instance's configuration keeps it. Throws when the address is none. */
export function runtimeChoice(options: RuntimeOptions): Pick<ConfigChoice, "containerRuntimeEndpoint"> {
  const { containerRuntimeEndpoint } = options;
  if (containerRuntimeEndpoint !== undefined && !/^(none|unix:\/\/\/.+)$/.test(containerRuntimeEndpoint))
    throw new Error(
      `cannot use ${containerRuntimeEndpoint} as the container runtime: give unix:///path/of/a/socket, or none`,
    );
  return { containerRuntimeEndpoint };
}
