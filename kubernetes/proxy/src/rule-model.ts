import { type BaseOptions, baseRules } from "./base-rules.ts";
import type { MapName, ServiceRules } from "./plan.ts";

/**
 * The rules every Service wants, and what has changed since they were last turned into an nft script. Two Services may
 * want the same element (an external IP, an endpoint's hairpin): the one that came first has it until it goes.
 */
export class RuleModel {
  readonly #base: BaseOptions;
  readonly #services = new Map<string, ServiceRules>();
  /** Element → the values wanted for it, by Service. */
  readonly #elements = new Map<string, Map<string, string>>();
  /** Element → the value in force. */
  readonly #inForce = new Map<string, string>();
  #applied = new Map<string, ServiceRules>();
  readonly #dirtyServices = new Set<string>();
  readonly #dirtyElements = new Set<string>();

  constructor(base: BaseOptions) {
    this.#base = base;
  }

  /** The rules `service` has from now on; undefined: none. */
  replace(service: string, rules: ServiceRules | undefined): void {
    const old = this.#services.get(service);
    for (const element of old?.elements ?? []) {
      const id = elementId(element);
      const wanted = this.#elements.get(id);
      wanted?.delete(service);
      if (wanted?.size === 0) this.#elements.delete(id);
      this.#dirtyElements.add(id);
    }
    for (const element of rules?.elements ?? []) {
      const id = elementId(element);
      const wanted = this.#elements.get(id) ?? new Map<string, string>();
      if (!wanted.has(service)) wanted.set(service, element.value);
      this.#elements.set(id, wanted);
      this.#dirtyElements.add(id);
    }
    if (rules) this.#services.set(service, rules);
    else this.#services.delete(service);
    this.#dirtyServices.add(service);
  }

  /** A script that, as one transaction, replaces whatever the table holds with this model. */
  fullScript(): string {
    const { tableName } = this.#base;
    this.#dirtyServices.clear();
    this.#dirtyElements.clear();
    this.#inForce.clear();
    this.#applied = new Map(this.#services);
    const script = new Script(tableName);
    for (const rules of this.#services.values()) script.define(rules);
    for (const rules of this.#services.values()) for (const [chain, body] of rules.chains) script.fill(chain, body);
    for (const [id, wanted] of this.#elements) this.#put(script, id, firstValue(wanted));
    // Adding an empty table first makes the deletion succeed when there is none yet.
    return `add table ip ${tableName}\ndelete table ip ${tableName}\n${baseRules(this.#base)}${script.text}`;
  }

  /** A script for what changed since the last script; empty when nothing did. The caller falls back to `fullScript` when it fails. */
  incrementalScript(): string {
    const script = new Script(this.#base.tableName);
    const changed = [...this.#dirtyServices].map((service) => ({
      service,
      was: this.#applied.get(service),
      is: this.#services.get(service),
    }));
    for (const { was, is } of changed) if (is) script.define(is, was);
    for (const { was, is } of changed) {
      for (const [chain, body] of is?.chains ?? []) {
        const before = was?.chains.get(chain);
        if (before && sameRules(before, body)) continue;
        if (before) script.line(`flush chain ip ${script.table} ${chain}`);
        script.fill(chain, body);
      }
    }
    for (const id of this.#dirtyElements) this.#put(script, id, firstValue(this.#elements.get(id)));
    for (const { service, was, is } of changed) {
      const gone = [...(was?.chains.keys() ?? [])].filter((chain) => !is?.chains.has(chain));
      for (const chain of gone) script.line(`flush chain ip ${script.table} ${chain}`);
      for (const chain of gone) script.line(`delete chain ip ${script.table} ${chain}`);
      for (const set of was?.affinitySets.keys() ?? [])
        if (!is?.affinitySets.has(set)) script.line(`delete set ip ${script.table} ${set}`);
      if (is) this.#applied.set(service, is);
      else this.#applied.delete(service);
    }
    this.#dirtyServices.clear();
    this.#dirtyElements.clear();
    return script.text;
  }

  #put(script: Script, id: string, value: string | undefined): void {
    const before = this.#inForce.get(id);
    if (before === value) return;
    const [map = "", key = ""] = id.split("|");
    if (before !== undefined) script.line(`delete element ip ${script.table} ${map} { ${key} }`);
    if (value === undefined) {
      this.#inForce.delete(id);
      return;
    }
    script.line(`add element ip ${script.table} ${map} { ${key}${value ? ` : ${value}` : ""} }`);
    this.#inForce.set(id, value);
  }
}

class Script {
  readonly table: string;
  readonly #lines: string[] = [];

  constructor(table: string) {
    this.table = table;
  }

  get text(): string {
    return this.#lines.length === 0 ? "" : `${this.#lines.join("\n")}\n`;
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  /** Declares the sets and chains of `rules` that `was` did not have. */
  define(rules: ServiceRules, was?: ServiceRules): void {
    for (const [set, seconds] of rules.affinitySets)
      if (!was?.affinitySets.has(set))
        this.line(
          `add set ip ${this.table} ${set} { type ipv4_addr; size 65535; flags dynamic,timeout; timeout ${seconds}s; }`,
        );
    for (const chain of rules.chains.keys())
      if (!was?.chains.has(chain)) this.line(`add chain ip ${this.table} ${chain}`);
  }

  fill(chain: string, rules: readonly string[]): void {
    for (const rule of rules) this.line(`add rule ip ${this.table} ${chain} ${rule}`);
  }
}

function elementId({ map, key }: { readonly map: MapName; readonly key: string }): string {
  return `${map}|${key}`;
}

function firstValue(wanted: ReadonlyMap<string, string> | undefined): string | undefined {
  return wanted?.values().next().value;
}

function sameRules(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((rule, index) => rule === b[index]);
}
