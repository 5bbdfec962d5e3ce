/** Every subcommand, in the order `skiff help` lists them. */
import type { CommandEntry } from "./command.ts";

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
    name: "logs",
    summary: "show the server's own log",
    run: async (args) => (await import("./commands/logs.ts")).run(args),
  },
  {
    name: "down",
    summary: "stop the cluster and its containers; --purge removes everything",
    run: async (args) => (await import("./commands/down.ts")).run(args),
  },
  {
    name: "server",
    summary: "run the control plane, and a node, in the foreground",
    run: async (args) => (await import("./commands/server.ts")).run(args),
  },
  {
    name: "agent",
    summary: "run a node in the foreground",
    hidden: true,
    run: async (args) => (await import("./commands/agent.ts")).run(args),
  },
];
