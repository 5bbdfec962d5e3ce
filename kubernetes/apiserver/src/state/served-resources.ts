/** What a server serves: the resources of the table, always, and those that definitions add while it runs. */
import { findKind, findResource, type ResourceInfo, resources } from "@skiff/api";

/** The resources of one server. */
export interface ServedResources {
  find(group: string, version: string, plural: string): ResourceInfo | undefined;
  findKind(group: string, version: string, kind: string): ResourceInfo | undefined;
  /** All of them, in the order discovery lists them. */
  all(): readonly ResourceInfo[];
  /** Counts the changes: documents made of the resources are good for as long as it stays. */
  readonly generation: number;
  /** Sets what a definition serves, in place of what it served before; nothing, where it is gone. */
  set(definition: string, infos: readonly ResourceInfo[]): void;
  /** Tells `listener` of every change from now on. */
  onChange(listener: () => void): void;
}

/** The resources of the table, to begin with. */
export function createServedResources(): ServedResources {
  const byDefinition = new Map<string, readonly ResourceInfo[]>();
  let added = new Map<string, ResourceInfo>();
  let all: readonly ResourceInfo[] = resources;
  let generation = 0;
  const listeners: (() => void)[] = [];
  return {
    find: (group, version, plural) =>
      findResource(group, version, plural) ?? (added.size > 0 ? added.get(`${group}/${version}/${plural}`) : undefined),
    findKind: (group, version, kind) =>
      findKind(group, version, kind) ??
      added.values().find((info) => info.group === group && info.version === version && info.kind === kind),
    all: () => all,
    get generation() {
      return generation;
    },
    set(definition, infos) {
      if (infos.length > 0) byDefinition.set(definition, infos);
      else if (!byDefinition.delete(definition)) return;
      const list = Array.from(byDefinition.values()).flat();
      added = new Map(list.map((info) => [`${info.group}/${info.version}/${info.plural}`, info]));
      all = [...resources, ...list];
      generation++;
      for (const listener of listeners) listener();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
