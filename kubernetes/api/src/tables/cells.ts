/** Cells that columns of several kinds share. */
import type { PodSpec } from "../generated/types/core/v1.ts";
import type { LabelSelector } from "../generated/types/meta/v1.ts";
import { fromLabelSelector, selectorText } from "../labels.ts";
import { type Column, NONE } from "./column.ts";

/** `a=1,b=2`, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? NONE : pairs.sort().join(",");
}

/** A label selector as a query spells it, or `<none>`. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  return selector ? selectorText(fromLabelSelector(selector)) || NONE : NONE;
}

/** The first three of a list and how many more there are; `empty` for none. */
export function firstThree(items: readonly string[], empty: string): string {
  if (items.length === 0) return empty;
  const shown = items.slice(0, 3).join(",");
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}

/** The wide columns of everything that runs Pods from a template. */
export function templateColumns<T>(specOf: (object: T) => PodSpec | undefined): readonly Column<T>[] {
  const containersOf = (object: T) => specOf(object)?.containers ?? [];
  return [
    {
      name: "Containers",
      wide: true,
      cell: (object) =>
        containersOf(object)
          .map(({ name }) => name)
          .join(","),
    },
    {
      name: "Images",
      wide: true,
      cell: (object) =>
        containersOf(object)
          .map(({ image }) => image ?? "")
          .join(","),
    },
  ];
}

/** The wide column with the selector of everything that runs Pods. */
export function selectorColumn<T>(selectorOf: (object: T) => LabelSelector | undefined): Column<T> {
  return { name: "Selector", wide: true, cell: (object) => labelSelectorText(selectorOf(object)) };
}
