import type { Command } from "commander";
import type { ConfigChoice } from "../instance/config.ts";

/** What a user says about what runs Pods and containers; an instance remembers it. */
export interface RuntimeOptions {
  readonly containerRuntimeEndpoint?: string;
  readonly usernsRemap?: string;
}

/** Adds the options to a command. */
export function withRuntimeOptions(command: Command): Command {
  return withUsernsRemap(command).option(
    "--container-runtime-endpoint <address>",
    "CRI runtime that runs the Pods: unix:///path/of/a/socket, or none for skiff's own engine",
  );
}

/** Adds the option that containers, Pods' apart, have. */
export function withUsernsRemap(command: Command): Command {
  return command.option(
    "--userns-remap <who>",
    "whose ids those of containers, but for Pods', stand for: default, USER[:GROUP] or UID[:GID]; none for the machine's own",
  );
}

/** The options as the instance's configuration keeps them. Throws when the address is none. */
export function runtimeChoice(options: RuntimeOptions): Pick<ConfigChoice, "containerRuntimeEndpoint" | "usernsRemap"> {
  const { containerRuntimeEndpoint, usernsRemap } = options;
  if (containerRuntimeEndpoint !== undefined && !/^(none|unix:\/\/\/.+)$/.test(containerRuntimeEndpoint))
    throw new Error(
      `cannot use ${containerRuntimeEndpoint} as the container runtime: give unix:///path/of/a/socket, or none`,
    );
  return { containerRuntimeEndpoint, usernsRemap };
}
