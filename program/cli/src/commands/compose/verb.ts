/** What a verb of `skiff compose` is. */
import type { ComposeCall } from "./compose-call.ts";
import type { VerbTable } from "./flag-table.ts";

/** One verb. Its module loads only when it is used. */
export interface Verb {
  readonly table: VerbTable;
  /** What the heading of progress calls it. Default "Running". */
  readonly title?: string;
  /** False: it cannot only say what it would do. */
  readonly canRehearse?: false;
  /** Gives the exit code. What it throws is told and is exit code 1. */
  run(call: ComposeCall): Promise<number>;
}

/** A line of `skiff compose --help`. */
export interface VerbEntry {
  readonly name: string;
  /** Other names, which the help leaves out. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<Verb>;
}
