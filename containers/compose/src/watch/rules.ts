/** Which rule of `develop.watch` a changed file falls under. Pure. */
import { matchesGlob, posix, relative } from "node:path";
import type { Project, Watch } from "../model.ts";

/** A rule, and the service it belongs to. */
export interface WatchRule {
  readonly service: string;
  readonly rule: Watch;
  /** What does not count: the rule's own list, and the .dockerignore of the build. */
  readonly ignored: readonly IgnoreList[];
}

/** Patterns as in .dockerignore, without exceptions. A directory stands for all that is in it. */
export interface IgnoreList {
  /** What they are relative to. Absolute. */
  readonly directory: string;
  readonly patterns: readonly string[];
}

/** A changed file, and what is to happen. */
export interface Change {
  readonly rule: WatchRule;
  /** On the host, absolute. */
  readonly path: string;
  /** In the container; undefined for rules that copy nothing. */
  readonly target: string | undefined;
}

/** What editors and version control leave behind. */
const NEVER = [
  "**/.git",
  "**/.git/**",
  "**/*~",
  "**/.#*",
  "**/*.swp",
  "**/*.swx",
  "**/4913",
  "**/.*.sw?",
  "**/___jb_*",
];

/** All rules of the services named; none named: of all services. `builds` has what builds leave out, by service. */
export function watchRules(
  project: Project,
  names: readonly string[],
  builds: ReadonlyMap<string, IgnoreList> = new Map(),
): WatchRule[] {
  return Object.values(project.services)
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .flatMap(({ name, develop }) => {
      const build = builds.get(name);
      return (develop?.watch ?? []).map((rule) => {
        const own = { directory: rule.path, patterns: [...NEVER, ...(rule.ignore ?? [])] };
        return { service: name, rule, ignored: build === undefined ? [own] : [own, build] };
      });
    });
}

/** The changes that the file at `path` means: for each service, by the first of its rules that it falls under. */
export function changesOf(rules: readonly WatchRule[], path: string): Change[] {
  const changes = new Map<string, Change>();
  for (const rule of rules) {
    if (changes.has(rule.service)) continue;
    const inside = relative(rule.rule.path, path);
    if (inside.startsWith("..") || !isMeant(rule, path, inside)) continue;
    const { target } = rule.rule;
    const copies = rule.rule.action.startsWith("sync") && target !== undefined;
    changes.set(rule.service, { rule, path, target: copies ? posix.join(target, inside) : undefined });
  }
  return [...changes.values()];
}

/** Whether no rule means anything in the directory at `path`. */
export function isIgnored(rules: readonly WatchRule[], path: string): boolean {
  return rules.every((rule) => {
    const inside = relative(rule.rule.path, path);
    return inside.startsWith("..") || (inside !== "" && isLeftOut(rule, path));
  });
}

function isMeant(rule: WatchRule, path: string, inside: string): boolean {
  if (inside === "") return true;
  const { include = [] } = rule.rule;
  return !isLeftOut(rule, path) && (include.length === 0 || include.some((pattern) => fits(inside, pattern)));
}

function isLeftOut({ ignored }: WatchRule, path: string): boolean {
  return ignored.some(({ directory, patterns }) => {
    const inside = relative(directory, path);
    return !inside.startsWith("..") && patterns.some((pattern) => fits(inside, pattern));
  });
}

function fits(inside: string, pattern: string): boolean {
  const clean = pattern.replace(/^\.?\//, "").replace(/\/$/, "");
  return matchesGlob(inside, clean) || matchesGlob(inside, `${clean}/**`);
}
