/** The container commands: Docker's verbs, each a module that loads when it runs, and the groups of them. */
import type { CommandEntry } from "../../command.ts";

type Load = () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;

const verb = (name: string, summary: string, load: Load): CommandEntry => ({
  name,
  summary,
  run: async (args) => (await load()).run(args),
});

const named = (entry: CommandEntry, name: string): CommandEntry => ({ ...entry, name });

const run = verb("run", "run a container", () => import("./container/run.ts"));
const create = verb("create", "make a container", () => import("./container/create.ts"));
const start = verb("start", "start containers", () => import("./container/start.ts"));
const stop = verb("stop", "stop containers", () => import("./container/stop.ts"));
const restart = verb("restart", "stop and start containers", () => import("./container/restart.ts"));
const kill = verb("kill", "end containers at once, or signal them", () => import("./container/kill.ts"));
const pause = verb("pause", "hold the processes of containers", () => import("./container/pause.ts"));
const unpause = verb("unpause", "let paused containers go on", () => import("./container/unpause.ts"));
const wait = verb("wait", "wait for the end of containers", () => import("./container/wait.ts"));
const rm = verb("rm", "remove containers", () => import("./container/rm.ts"));
const rename = verb("rename", "give a container another name", () => import("./container/rename.ts"));
const update = verb("update", "change the limits of containers", () => import("./container/update.ts"));
const exec = verb("exec", "run another program in a container", () => import("./container/exec.ts"));
const attach = verb("attach", "join a container's input and output", () => import("./container/attach.ts"));
const logs = verb(
  "logs",
  "show what a container wrote; without one, the server's own log",
  () => import("./container/logs.ts"),
);
const ps = verb("ps", "list containers", () => import("./container/ls.ts"));
const top = verb("top", "list the processes of a container", () => import("./container/top.ts"));
const stats = verb("stats", "show what containers use", () => import("./container/stats.ts"));
const port = verb("port", "show where a container's ports are published", () => import("./container/port.ts"));
const cp = verb("cp", "copy files into a container or out of it", () => import("./container/cp.ts"));
const diff = verb("diff", "list what a container changed of its image", () => import("./container/diff.ts"));
const exportFiles = verb("export", "write a container's files as a tar", () => import("./container/export.ts"));
const commit = verb("commit", "make an image of a container's files", () => import("./container/commit.ts"));

const build = verb("build", "build an image from a Dockerfile", () => import("./build.ts"));
const images = verb("images", "list images", () => import("./image/ls.ts"));
const pull = verb("pull", "fetch an image from its registry", () => import("./image/pull.ts"));
const push = verb("push", "bring an image to its registry", () => import("./image/push.ts"));
const tag = verb("tag", "give an image a further name", () => import("./image/tag.ts"));
const rmi = verb("rmi", "remove images", () => import("./image/rm.ts"));
const history = verb("history", "show the steps that made an image", () => import("./image/history.ts"));
const save = verb("save", "write images as an archive", () => import("./image/save.ts"));
const load = verb("load", "read images from an archive", () => import("./image/load.ts"));
const importFiles = verb("import", "make an image of files, or read archives", () => import("./image/import.ts"));

const inspect = verb("inspect", "show all that is known of something", () => import("./inspect.ts"));
const events = verb("events", "show what happens", () => import("./system/events.ts"));
const info = verb("info", "show the engine and its machine", () => import("./system/info.ts"));
const version = verb("version", "show the versions of command and engine", () => import("./system/version.ts"));
const login = verb("login", "keep a registry's user and password", () => import("./registry/login.ts"));
const logout = verb("logout", "forget a registry's login", () => import("./registry/logout.ts"));

const containerVerbs: readonly CommandEntry[] = [
  ...[run, create, start, stop, restart, kill, pause, unpause, wait, rm, named(rm, "remove"), rename, update],
  ...[exec, attach, logs, named(ps, "ls"), named(ps, "list"), ps, top, stats, port, cp, diff, exportFiles, commit],
  verb("inspect", "show all that is known of containers", () => import("./container/inspect.ts")),
  verb("prune", "remove containers that do not run", () => import("./container/prune.ts")),
];

const imageVerbs: readonly CommandEntry[] = [
  ...[build, named(images, "ls"), named(images, "list"), pull, push, tag, named(rmi, "rm"), named(rmi, "remove")],
  ...[history, save, load, importFiles],
  verb("inspect", "show all that is known of images", () => import("./image/inspect.ts")),
  verb("prune", "remove images that nothing uses", () => import("./image/prune.ts")),
];

const networkVerbs: readonly CommandEntry[] = [
  verb("create", "make a network", () => import("./network/create.ts")),
  verb("ls", "list networks", () => import("./network/ls.ts")),
  verb("list", "list networks", () => import("./network/ls.ts")),
  verb("inspect", "show all that is known of networks", () => import("./network/inspect.ts")),
  verb("connect", "bring a container into a network", () => import("./network/connect.ts")),
  verb("disconnect", "take a container out of a network", () => import("./network/disconnect.ts")),
  verb("rm", "remove networks", () => import("./network/rm.ts")),
  verb("remove", "remove networks", () => import("./network/rm.ts")),
  verb("prune", "remove networks that no container is in", () => import("./network/prune.ts")),
];

const volumeVerbs: readonly CommandEntry[] = [
  verb("create", "make a volume", () => import("./volume/create.ts")),
  verb("ls", "list volumes", () => import("./volume/ls.ts")),
  verb("list", "list volumes", () => import("./volume/ls.ts")),
  verb("inspect", "show all that is known of volumes", () => import("./volume/inspect.ts")),
  verb("rm", "remove volumes", () => import("./volume/rm.ts")),
  verb("remove", "remove volumes", () => import("./volume/rm.ts")),
  verb("prune", "remove volumes that no container uses", () => import("./volume/prune.ts")),
];

const systemVerbs: readonly CommandEntry[] = [
  verb("df", "show what takes how much of the disk", () => import("./system/df.ts")),
  verb("prune", "remove everything that nothing uses", () => import("./system/prune.ts")),
  ...[events, info],
];

const builderVerbs: readonly CommandEntry[] = [
  build,
  verb("prune", "remove what builds left for other builds", () => import("./system/builder-prune.ts")),
];

const group = (name: string, summary: string, entries: readonly CommandEntry[]): CommandEntry => ({
  name,
  summary,
  run: async (args) => (await import("./run-group.ts")).runGroup(name, entries, args),
});

/** Every one, in the order `skiff help` lists them. */
export const containerCommands: readonly CommandEntry[] = [
  ...[run, create, start, stop, restart, kill, pause, unpause, wait, rm, rename, update],
  ...[exec, attach, logs, ps, top, stats, port, cp, diff, exportFiles, commit],
  ...[build, images, pull, push, tag, rmi, history, save, load, importFiles],
  ...[inspect, events, info, version, login, logout],
  group("container", "what concerns containers: skiff container --help", containerVerbs),
  group("image", "what concerns images", imageVerbs),
  group("network", "what concerns networks", networkVerbs),
  group("volume", "what concerns volumes", volumeVerbs),
  group("system", "what concerns the engine as a whole", systemVerbs),
  group("builder", "what concerns builds", builderVerbs),
];
