/** Every subcommand, in the order `skiff help` lists them. */
import type { CommandEntry } from "./command.ts";
import { containerCommands } from "./commands/containers/container-verbs.ts";

export const commands: readonly CommandEntry[] = [
  {
    name: "up",
    summary: "start the cluster unless it runs; with a directory, build and deploy what is in it",
    run: async (args) => (await import("./commands/up.ts")).run(args),
  },
  {
    name: "status",
    summary: "show what runs",
    run: async (args) => (await import("./commands/status.ts")).run(args),
  },
  {
    name: "kubeconfig",
    summary: "print the path of the kubeconfig",
    run: async (args) => (await import("./commands/kubeconfig.ts")).run(args),
  },
  {
    name: "down",
    summary: "stop the cluster and its containers; --purge removes everything",
    run: async (args) => (await import("./commands/down.ts")).run(args),
  },
  {
    name: "snapshot",
    summary: "save and restore the cluster's state, and list what was saved",
    run: async (args) => (await import("./commands/snapshot.ts")).run(args),
  },
  ...containerCommands,
  {
    name: "compose",
    summary: "run the projects that Compose files describe",
    run: async (args) => (await import("./commands/compose/compose.ts")).run(args),
  },
  {
    name: "registry",
    summary: "serve images to others: an OCI registry in the foreground",
    run: async (args) => (await import("./commands/registry.ts")).run(args),
  },
  {
    name: "server",
    summary: "run the control plane, and a node, in the foreground",
    run: async (args) => (await import("./commands/server.ts")).run(args),
  },
  {
    name: "engine",
    summary: "run containers, without a cluster, in the foreground",
    run: async (args) => (await import("./commands/engine.ts")).run(args),
  },
  {
    name: "agent",
    summary: "run a node in the foreground",
    hidden: true,
    run: async (args) => (await import("./commands/agent.ts")).run(args),
  },
];
