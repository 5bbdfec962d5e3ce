/** Amounts of several resources at once, and how much of each a whole Pod takes. */
import type { Container, PodSpec } from "../generated/types/core/v1.ts";
import { parseQuantity, type Quantity } from "../quantity.ts";

/** Amounts by resource name. */
export type Amounts = Map<string, Quantity>;

type Texts = Readonly<Record<string, string>> | undefined;

/** Written amounts as numbers to count with. */
export function amountsOf(texts: Texts): Amounts {
  return new Map(Object.entries(texts ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

/** Adds `more` to `amounts`, in place. */
export function addAmounts(amounts: Amounts, more: Amounts): Amounts {
  for (const [name, quantity] of more) amounts.set(name, amounts.get(name)?.add(quantity) ?? quantity);
  return amounts;
}

/** Raises `amounts` to what `other` has more of, in place. */
export function raiseAmounts(amounts: Amounts, other: Amounts): Amounts {
  for (const [name, quantity] of other) {
    const present = amounts.get(name);
    if (!present || present.cmp(quantity) < 0) amounts.set(name, quantity);
  }
  return amounts;
}

/** What of a Pod's own `resources` replaces the sum over its containers. */
function isPodLevel(name: string): boolean {
  return name === "cpu" || name === "memory" || name.startsWith("hugepages-");
}

/**
 * What the whole Pod requests, or is limited to: its containers together, or what its init containers need one after the
 * other beside the sidecars started before them, if that is more; amounts stated for the Pod itself take their place.
 */
export function podAmounts(
  spec: PodSpec,
  which: "requests" | "limits",
  overhead: "with overhead" | "without",
): Amounts {
  const of = (container: Pick<Container, "resources">) => amountsOf(container.resources?.[which]);
  const together: Amounts = new Map();
  for (const container of spec.containers) addAmounts(together, of(container));
  const sidecars: Amounts = new Map();
  const starting: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = of(container);
    if (container.restartPolicy === "Always") {
      addAmounts(together, own);
      addAmounts(sidecars, own);
      raiseAmounts(starting, sidecars);
    } else raiseAmounts(starting, addAmounts(own, sidecars));
  }
  raiseAmounts(together, starting);
  for (const [name, quantity] of amountsOf(spec.resources?.[which])) {
    if (isPodLevel(name)) together.set(name, quantity);
  }
  if (overhead === "without") return together;
  for (const [name, quantity] of amountsOf(spec.overhead)) {
    const present = together.get(name);
    // A Pod without a limit gets none from its overhead.
    if (present) together.set(name, present.add(quantity));
    else if (which === "requests") together.set(name, quantity);
  }
  return together;
}
