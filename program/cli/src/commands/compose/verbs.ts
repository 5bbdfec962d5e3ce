/** Every verb of `skiff compose`, in the order the help lists them. */
import type { VerbEntry } from "./verb.ts";

export const verbs: readonly VerbEntry[] = [
  {
    name: "attach",
    summary: "join this terminal with a service's container",
    load: async () => (await import("./verbs/attach.ts")).attach,
  },
  {
    name: "build",
    summary: "build the images of services",
    load: async () => (await import("./verbs/build.ts")).build,
  },
  {
    name: "commit",
    summary: "make an image of what a service's container has become",
    load: async () => (await import("./verbs/commit.ts")).commit,
  },
  {
    name: "config",
    summary: "show the project as it is understood: merged, interpolated, in full",
    load: async () => (await import("./verbs/config.ts")).config,
  },
  {
    name: "convert",
    summary: "write the project as Kubernetes manifests",
    load: async () => (await import("./verbs/convert.ts")).convert,
  },
  {
    name: "cp",
    summary: "copy files between a service's container and this machine",
    load: async () => (await import("./verbs/cp.ts")).cp,
  },
  {
    name: "create",
    summary: "create the containers of services, and start none",
    load: async () => (await import("./verbs/create.ts")).create,
  },
  {
    name: "down",
    summary: "stop and remove containers and networks",
    load: async () => (await import("./verbs/down.ts")).down,
  },
  {
    name: "events",
    summary: "show what happens to the containers, as it happens",
    load: async () => (await import("./verbs/events.ts")).events,
  },
  {
    name: "exec",
    summary: "run another program in a service's container",
    load: async () => (await import("./verbs/exec.ts")).exec,
  },
  {
    name: "export",
    summary: "write the file system of a service's container as a tar archive",
    load: async () => (await import("./verbs/export.ts")).exportVerb,
  },
  {
    name: "images",
    summary: "list the images that the containers were made from",
    load: async () => (await import("./verbs/images.ts")).images,
  },
  {
    name: "kill",
    summary: "send a signal to containers",
    load: async () => (await import("./verbs/kill.ts")).kill,
  },
  {
    name: "logs",
    summary: "show what containers have written",
    load: async () => (await import("./verbs/logs.ts")).logs,
  },
  {
    name: "ls",
    summary: "list the projects that run",
    load: async () => (await import("./verbs/ls.ts")).ls,
  },
  {
    name: "pause",
    summary: "freeze the containers of services",
    load: async () => (await import("./verbs/pause.ts")).pause,
  },
  {
    name: "port",
    summary: "print where a port of a service is published",
    load: async () => (await import("./verbs/port.ts")).port,
  },
  {
    name: "ps",
    summary: "list containers",
    load: async () => (await import("./verbs/ps.ts")).ps,
  },
  {
    name: "pull",
    summary: "fetch the images of services",
    load: async () => (await import("./verbs/pull.ts")).pull,
  },
  {
    name: "push",
    summary: "upload the images of services",
    load: async () => (await import("./verbs/push.ts")).push,
  },
  {
    name: "restart",
    summary: "stop and start containers",
    load: async () => (await import("./verbs/restart.ts")).restart,
  },
  {
    name: "rm",
    summary: "remove containers that are stopped",
    load: async () => (await import("./verbs/rm.ts")).rm,
  },
  {
    name: "run",
    summary: "run one command in a container of its own",
    load: async () => (await import("./verbs/run.ts")).run,
  },
  {
    name: "scale",
    summary: "change how many containers services have",
    load: async () => (await import("./verbs/scale.ts")).scale,
  },
  {
    name: "start",
    summary: "start containers that exist",
    load: async () => (await import("./verbs/start.ts")).start,
  },
  {
    name: "stats",
    summary: "show what containers use, as it changes",
    load: async () => (await import("./verbs/stats.ts")).stats,
  },
  {
    name: "stop",
    summary: "stop containers, and keep them",
    load: async () => (await import("./verbs/stop.ts")).stop,
  },
  {
    name: "top",
    summary: "show the processes of containers",
    load: async () => (await import("./verbs/top.ts")).top,
  },
  {
    name: "unpause",
    summary: "let paused containers go on",
    load: async () => (await import("./verbs/unpause.ts")).unpause,
  },
  {
    name: "up",
    summary: "create and start what the files describe",
    load: async () => (await import("./verbs/up.ts")).up,
  },
  {
    name: "version",
    summary: "show the version",
    load: async () => (await import("./verbs/version.ts")).version,
  },
  {
    name: "volumes",
    summary: "list the project's volumes",
    load: async () => (await import("./verbs/volumes.ts")).volumes,
  },
  {
    name: "wait",
    summary: "wait until containers of services end",
    load: async () => (await import("./verbs/wait.ts")).wait,
  },
  {
    name: "watch",
    summary: "follow changes of files: rebuild, sync or restart",
    load: async () => (await import("./verbs/watch.ts")).watch,
  },
];
