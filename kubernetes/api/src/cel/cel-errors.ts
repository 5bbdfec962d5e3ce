/** What can go wrong with an expression, in the words of cel-go. */

/** A mistake found in the text of an expression. */
export interface Issue {
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;
  readonly message: string;
}

/** The issues as cel-go prints them: each with its line, and a caret below the place. */
export function issuesText(source: string, issues: readonly Issue[]): string {
  return [...issues]
    .sort((a, b) => a.offset - b.offset)
    .map((issue) => issueText(source, issue))
    .join("\n");
}

function issueText(source: string, { offset, message }: Issue): string {
  const before = source.slice(0, offset);
  const line = before.split("\n").length;
  const start = before.lastIndexOf("\n") + 1;
  const column = Array.from(before.slice(start)).length;
  const text = (source.slice(start).split("\n", 1)[0] ?? "").replaceAll("\t", " ");
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${text}\n | ${".".repeat(column)}^`;
}

/** Thrown by the parser at the first mistake it cannot go on from. */
export class CelSyntaxError extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The evaluation failed: no such key, division by zero, no such overload. */
export class CelError extends Error {}

/** The evaluation took more than it was allowed to. */
export class CostExceeded extends Error {
  constructor() {
    super("operation cancelled: actual cost limit exceeded");
  }
}
