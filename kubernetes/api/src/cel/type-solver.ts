/** Whether types fit together, finding out what type parameters stand for on the way. */
import { type CelType, DYN, isDyn } from "./cel-type.ts";

/** Types that accept null. */
const NULLABLE = new Set(["timestamp", "duration", "null_type"]);

/** Knows what each type parameter seen so far stands for. */
export class TypeSolver {
  #bindings = new Map<string, CelType>();
  #fresh = 0;

  /** `type` with parameters of its own, that mean nothing yet; the same names in one call become the same parameters. */
  instantiate(types: readonly CelType[]): CelType[] {
    const renamed = new Map<string, CelType>();
    const rename = (type: CelType): CelType => {
      if (type.kind !== "parameter") return within(type, rename);
      let fresh = renamed.get(type.name);
      if (!fresh) {
        fresh = { kind: "parameter", name: `%${this.#fresh++}` };
        renamed.set(type.name, fresh);
      }
      return fresh;
    };
    return types.map(rename);
  }

  /** A parameter nothing is known of. */
  unknown(): CelType {
    return { kind: "parameter", name: `%${this.#fresh++}` };
  }

  /** `type` with everything known filled in; what is still unknown is `dyn` when `final`. */
  resolve(type: CelType, final = false): CelType {
    if (type.kind === "parameter") {
      const bound = this.#bindings.get(type.name);
      if (bound) return this.resolve(bound, final);
      return final ? DYN : type;
    }
    return within(type, (inner) => this.resolve(inner, final));
  }

  /** Whether values of `from` may be used as `to`; what that takes is remembered when it is so, and only then. */
  assignable(from: CelType, to: CelType): boolean {
    return this.allAssignable([from], [to]);
  }

  /** As `assignable`, for each of `from` to the one of `to` at its place. */
  allAssignable(from: readonly CelType[], to: readonly CelType[]): boolean {
    const before = new Map(this.#bindings);
    if (from.every((type, index) => this.#unify(type, to[index] ?? DYN))) return true;
    this.#bindings = before;
    return false;
  }

  /** Runs `attempt` and forgets what it found out. */
  tentatively<T>(attempt: () => T): T {
    const before = new Map(this.#bindings);
    try {
      return attempt();
    } finally {
      this.#bindings = before;
    }
  }

  /** A type that both fit: the more general one, or `dyn`. */
  join(a: CelType, b: CelType): CelType {
    if (this.assignable(b, a)) return isDyn(this.resolve(b)) ? DYN : a;
    return this.assignable(a, b) ? b : DYN;
  }

  #unify(left: CelType, right: CelType): boolean {
    const from = this.#known(left);
    const to = this.#known(right);
    if (from === to) return true;
    if (to.kind === "parameter") return this.#bind(to.name, from);
    if (from.kind === "parameter") return this.#bind(from.name, to);
    if (isDyn(from) || isDyn(to)) return true;
    if (from.kind === "simple" && from.name === "null_type") return acceptsNull(to);
    if (to.kind === "simple" && to.name === "null_type") return acceptsNull(from);
    switch (from.kind) {
      case "simple":
        return to.kind === "simple" && from.name === to.name;
      case "list":
        return to.kind === "list" && this.#unify(from.element, to.element);
      case "map":
        return to.kind === "map" && this.#unify(from.key, to.key) && this.#unify(from.value, to.value);
      case "object":
        return to.kind === "object" && from.name === to.name;
      case "opaque": {
        if (to.kind !== "opaque" || from.name !== to.name) return false;
        return from.parameters.every((inner, index) => this.#unify(inner, to.parameters[index] ?? DYN));
      }
      case "type":
        return to.kind === "type";
    }
  }

  #known(type: CelType): CelType {
    let known = type;
    while (known.kind === "parameter") {
      const bound = this.#bindings.get(known.name);
      if (!bound) return known;
      known = bound;
    }
    return known;
  }

  #bind(name: string, type: CelType): boolean {
    if (this.#mentions(type, name)) return false;
    this.#bindings.set(name, type);
    return true;
  }

  #mentions(type: CelType, name: string): boolean {
    const known = this.#known(type);
    if (known.kind === "parameter") return known.name === name;
    if (known.kind === "list") return this.#mentions(known.element, name);
    if (known.kind === "map") return this.#mentions(known.key, name) || this.#mentions(known.value, name);
    return known.kind === "opaque" && known.parameters.some((inner) => this.#mentions(inner, name));
  }
}

function acceptsNull(type: CelType): boolean {
  return type.kind === "object" || type.kind === "opaque" || (type.kind === "simple" && NULLABLE.has(type.name));
}

function within(type: CelType, change: (inner: CelType) => CelType): CelType {
  switch (type.kind) {
    case "list": {
      const element = change(type.element);
      return element === type.element ? type : { ...type, element };
    }
    case "map": {
      const key = change(type.key);
      const value = change(type.value);
      return key === type.key && value === type.value ? type : { ...type, key, value };
    }
    case "opaque":
      return type.parameters.length === 0 ? type : { ...type, parameters: type.parameters.map(change) };
    case "type":
      return type.of ? { ...type, of: change(type.of) } : type;
    default:
      return type;
  }
}
