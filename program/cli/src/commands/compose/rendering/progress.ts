/** Progress of operations on standard error, in the form that was asked for. */
import type { Progress } from "@skiff/compose";
import { jsonProgress } from "./json-progress.ts";
import { plainProgress } from "./plain-progress.ts";
import { terminalProgress } from "./terminal-progress.ts";

/** Progress that somebody sees. */
export interface RenderedProgress extends Progress {
  /** Writes what is still to be written, and leaves the cursor below it. May be used again afterwards. */
  flush(): void;
  /** Has `write` print something on the same terminal without either disturbing the other. */
  around(write: () => void): void;
}

/** Where progress is written. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
}

/** What decides the form. */
export interface ProgressChoice {
  readonly mode: "auto" | "tty" | "plain" | "json" | "quiet";
  readonly ansi: "never" | "always" | "auto";
  /** Whether colours may be used. */
  readonly color: boolean;
  /** What is done, for the heading: "Running", "Stopping". */
  readonly title: string;
}

/** Makes the one asked for. Throws for a combination that contradicts itself. */
export function createProgress(stream: ProgressStream, { mode, ansi, color, title }: ProgressChoice): RenderedProgress {
  if (mode === "tty" && ansi === "never") throw new Error("can't use --progress tty while ANSI support is disabled");
  if (mode === "plain" && ansi === "always") throw new Error("can't use --progress plain while ANSI support is forced");
  if (mode === "json") return jsonProgress(stream);
  if (mode === "quiet") return quietProgress(stream);
  if (mode === "tty" || (mode === "auto" && ansi !== "never" && stream.isTTY === true))
    return terminalProgress(stream, { color, title, now: () => performance.now() });
  return plainProgress(stream);
}

// Errors reach the user by what the operation throws.
function quietProgress(stream: ProgressStream): RenderedProgress {
  return {
    event: () => undefined,
    warn: (message) => void stream.write(`WARNING: ${message}\n`),
    flush: () => undefined,
    around: (write) => write(),
  };
}
