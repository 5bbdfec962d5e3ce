/** Files are watched, and containers follow them as `develop.watch` says. */
import { runHooks } from "../apply/run-hooks.ts";
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import type { ObservedContainer } from "../observe/observed.ts";
import { LABEL } from "../plan/labels.ts";
import { buildIgnores } from "../watch/docker-ignore.ts";
import { fileChanges } from "../watch/file-changes.ts";
import { type Change, changesOf, isIgnored, type WatchRule, watchRules } from "../watch/rules.ts";
import { filesUnder, syncFiles } from "../watch/sync-files.ts";
import type { OperationContext } from "./context.ts";
import type { UpOptions } from "./up.ts";

/** What is watched. */
export interface WatchOptions {
  /** None: all with a `develop.watch`. */
  readonly services?: readonly string[] | undefined;
  /** Bring the project up first. Absent: it runs already. */
  readonly up?: UpOptions | undefined;
  readonly quiet?: boolean | undefined;
  /** Remove dangling images after a rebuild. Default true. */
  readonly prune?: boolean | undefined;
}

/** Watches until the context's signal, and ends normally then. Throws where no service says what to watch. */
export async function watch(context: OperationContext, project: Project, options: WatchOptions): Promise<void> {
  const rules = watchRules(project, options.services ?? [], await buildIgnores(project));
  if (rules.length === 0)
    throw new Error("none of the selected services is configured for watch, consider setting a 'develop' section");
  for (const { service, rule } of rules)
    if (rule.action === "rebuild" && project.services[service]?.build === undefined)
      throw new Error(`can't watch service "${service}" with action rebuild without a build context`);
  if (options.up) {
    const { up } = await import("./up.ts");
    await up(context, project, options.up);
  }
  const say = (line: string): void => {
    if (!options.quiet) context.log(line);
  };
  for (const rule of rules) if (rule.rule.initial_sync) await syncAll(context, project, rule);
  const paths = [...new Set(rules.map(({ rule }) => rule.path))];
  for await (const batch of fileChanges({
    paths,
    isIgnored: (path) => isIgnored(rules, path),
    onReady: () => say("Watch enabled"),
    signal: context.signal,
  })) {
    try {
      await follow(
        context,
        project,
        batch.flatMap((path) => changesOf(rules, path)),
        options,
        say,
      );
    } catch (error) {
      // A build that fails is the user's to mend: the next change tries again.
      if (context.signal.aborted) return;
      context.progress.warn(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Does for each service what its changes ask for: a rebuild makes all else needless. */
async function follow(
  context: OperationContext,
  project: Project,
  changes: readonly Change[],
  options: WatchOptions,
  say: (line: string) => void,
): Promise<void> {
  const byService = Map.groupBy(changes, ({ rule }) => rule.service);
  const rebuilt = [...byService].filter(([, list]) => list.some(({ rule }) => rule.rule.action === "rebuild"));
  if (rebuilt.length > 0)
    await rebuild(
      context,
      project,
      rebuilt.map(([name]) => name),
      options,
      say,
    );
  for (const [service, list] of byService) {
    if (list.some(({ rule }) => rule.rule.action === "rebuild")) continue;
    const containers = await runningContainers(context, project, service);
    const copies = list.flatMap(({ path, target }) => (target === undefined ? [] : [{ path, target }]));
    if (copies.length > 0) {
      say(`Syncing service "${service}" after ${copies.length} changes were detected`);
      await syncFiles(context, containers, copies);
    }
    const hooks = new Set(
      list.flatMap(({ rule: { rule } }) => (rule.action === "sync+exec" && rule.exec ? [rule.exec] : [])),
    );
    await Promise.all(containers.map((container) => runHooks(context, container, [...hooks])));
    if (list.some(({ rule }) => rule.rule.action.endsWith("restart"))) {
      const { restart } = await import("./restart.ts");
      await restart(context, project, { services: [service] });
      say(`service(s) ["${service}"] restarted`);
    }
  }
}

async function rebuild(
  context: OperationContext,
  project: Project,
  services: readonly string[],
  { prune = true, up: asked }: WatchOptions,
  say: (line: string) => void,
): Promise<void> {
  const [{ build }, { up }] = await Promise.all([import("./build.ts"), import("./up.ts")]);
  const names = `[${services.map((name) => `"${name}"`).join(" ")}]`;
  say(`Rebuilding service(s) ${names} after changes were detected...`);
  await build(context, project, { services, output: (_service, text) => say(text.trimEnd()) });
  say(`service(s) ${names} successfully built`);
  await up(context, project, {
    services,
    recreate: "diverged",
    build: "never",
    timeout: asked?.timeout,
    ignoreOrphans: true,
  });
  if (!prune) return;
  const filters = JSON.stringify({ dangling: ["true"], label: [`${LABEL.project}=${project.name}`] });
  await context.client.json("/images/prune", { method: "POST", query: { filters }, signal: context.signal });
}

async function syncAll(context: OperationContext, project: Project, watched: WatchRule): Promise<void> {
  const { service, rule } = watched;
  if (rule.target === undefined || !rule.action.startsWith("sync")) return;
  const files = await filesUnder({ path: rule.path, target: rule.target });
  const meant = files.filter(({ path }) => changesOf([watched], path).length > 0);
  if (meant.length > 0) await syncFiles(context, await runningContainers(context, project, service), meant);
}

async function runningContainers(
  { client, signal }: OperationContext,
  project: Project,
  service: string,
): Promise<ObservedContainer[]> {
  const all = await observeContainers(client, project.name, { signal });
  return all.filter((each) => each.service === service && !each.oneOff && each.state === "running");
}
