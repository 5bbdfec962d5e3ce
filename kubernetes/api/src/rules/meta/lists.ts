/** Lists with a limit, and lists whose items differ. */
import { duplicate, type FieldError, tooMany } from "../field-error.ts";

type CheckItem<T> = (item: T, field: string, errors: FieldError[]) => void;

/** Checks each item; of a list longer than `most` only the length is reported, so that the work is bounded. */
export function checkItems<T>(
  items: readonly T[] | undefined,
  most: number,
  field: string,
  errors: FieldError[],
  checkItem: CheckItem<T>,
): void {
  if (items === undefined) return;
  if (items.length > most) {
    errors.push(tooMany(field, items.length, most));
    return;
  }
  items.forEach((item, index) => {
    checkItem(item, `${field}[${index}]`, errors);
  });
}

/** As `checkItems`, for a list whose items differ in what `keyOf` gives. */
export function checkSet<T>(
  items: readonly T[] | undefined,
  most: number,
  field: string,
  errors: FieldError[],
  checkItem: CheckItem<T>,
  keyOf: (item: T) => unknown,
): void {
  checkItems(items, most, field, errors, checkItem);
  if (items === undefined || items.length > most) return;
  const seen = new Set<unknown>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) errors.push(duplicate(`${field}[${index}]`, key));
    seen.add(key);
  });
}
