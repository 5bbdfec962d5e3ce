/** What most kinds do to an object before it is stored: the server owns status and generation, clients own the spec. */
import type { ObjectMeta } from "@skiff/api/meta/v1";
import type { FieldError } from "./field-error.ts";
import type { KindRules, Mutable } from "./kind-rules.ts";
import { sameMeaning } from "./meta/immutable.ts";

interface SpecAndStatus {
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

type Strategy<T> = Required<Pick<KindRules<T>, "prepareForCreate" | "prepareForUpdate" | "prepareForStatusUpdate">>;

/**
 * The check of an update of a kind that upstream validates as a new object and then again as an update: what is wrong
 * with the object is reported twice, and `changed` adds what may not change.
 */
export function validatedTwice<T>(
  validate: (object: T) => FieldError[],
  changed: (object: T, old: T, errors: FieldError[]) => void = () => {},
): (object: T, old: T) => FieldError[] {
  return (object, old) => {
    const found = validate(object);
    const errors = [...found, ...found];
    changed(object, old, errors);
    return errors;
  };
}

/** Gives `field` of `object` the value it has in `old`; the value is shared, not copied, and must not be changed. */
export function keep<T extends object>(object: Mutable<T>, old: T, field: keyof T): void {
  const target = object as Partial<T>;
  if (old[field] === undefined) delete target[field];
  else target[field] = old[field];
}

/**
 * The strategy of kinds with a spec and a status subresource: a create starts at generation 1 with an empty status, as
 * `emptyStatus` makes it, an update keeps the status and counts generations, a status update keeps the spec.
 */
export function specAndStatus<T extends SpecAndStatus>(emptyStatus: () => T["status"] & object): Strategy<T> {
  return {
    prepareForCreate(object) {
      const target = object as Mutable<SpecAndStatus>;
      target.status = emptyStatus();
      target.metadata.generation = 1;
    },
    prepareForUpdate(object, old) {
      keep<T>(object, old, "status");
      countGeneration<T>(object, old);
    },
    prepareForStatusUpdate(object, old) {
      keep<T>(object, old, "spec");
      keepGeneration<T>(object, old);
    },
  };
}

/** Sets the generation to that of `old`, one higher if the spec changed. */
export function countGeneration<T extends SpecAndStatus>(object: Mutable<T>, old: T): void {
  const target = object as Mutable<SpecAndStatus>;
  const generation = old.metadata.generation ?? 0;
  const next = sameMeaning(target.spec, old.spec) ? generation : generation + 1;
  if (next > 0) target.metadata.generation = next;
  else delete target.metadata.generation;
}

/** A status update leaves the generation as it was: no client counts generations. */
export function keepGeneration<T extends SpecAndStatus>(object: Mutable<T>, old: T): void {
  keep<ObjectMeta>((object as Mutable<SpecAndStatus>).metadata, old.metadata, "generation");
}
