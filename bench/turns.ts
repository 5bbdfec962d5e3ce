/** Subjects of a benchmark that take turns, so that what else the machine does meets all of them. */
import type { LoadGroup } from "./load-group.ts";
import { median } from "./table.ts";

/** What a turn took, in milliseconds. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Gives each subject its turn, again and again, and the medians of what they took. What is done `between` turns does not count. */
export async function inTurns<Name extends string>(
  turns: Readonly<Record<Name, () => void | Promise<void>>>,
  groups: Readonly<Record<Name, LoadGroup>>,
  rounds: number,
  between: (name: Name) => Promise<void> = async () => undefined,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(turns) as Name[];
  const costs = new Map(names.map((name): [Name, Cost[]] => [name, []]));
  // The first round is for what happens once.
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const [started, used] = [performance.now(), groups[name].cpu()];
      try {
        await turns[name]();
      } catch (error) {
        // BuildKit 20.10 stops for good now and then: that is not its speed.
        if (!(error instanceof Error && "code" in error && error.code === "ETIMEDOUT")) throw error;
        process.stderr.write(`… ${name}: stuck\n`);
        continue;
      }
      const cost = { wall: performance.now() - started, cpu: groups[name].cpu() - used };
      if (round > 0) costs.get(name)?.push(cost);
      process.stderr.write(`… ${name}: ${costOf(cost)}\n`);
      await between(name);
    }
  }
  return Object.fromEntries(
    [...costs].map(([name, all]) => [
      name,
      { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) },
    ]),
  ) as Record<Name, Cost>;
}

/** As people read it. */
export function costOf({ wall, cpu }: Cost): string {
  return `${time(wall)} (CPU ${time(cpu)})`;
}

function time(value: number): string {
  return value < 3000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(2)} s`;
}
