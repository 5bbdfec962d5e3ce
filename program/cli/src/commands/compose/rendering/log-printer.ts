/** Output of several containers on one screen: each line with the name of its container in front, in a colour of its own. */
import type { ContainerOutput } from "@skiff/compose";
import { paint, RAINBOW } from "./styles.ts";

/** Where lines go. */
export interface LogStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Prints lines. They are gathered and written together: a write for each would cost more than everything else. */
export interface LogPrinter {
  /** Names that will come: their prefixes are made equally wide. */
  register(containers: readonly string[]): void;
  print(line: ContainerOutput): void;
  /** Writes what is gathered. Happens by itself at the end of the turn. */
  flush(): void;
}

interface Presenter {
  readonly color: string | undefined;
  prefix: string;
}

const MAX_GATHERED = 64 * 1024;
/** Back to the start of the line, and clears it. */
const RESET_LINE = "\r\u001b[K";

/** A printer on `streams`; without `prefix`, lines are printed as they are. */
export function createLogPrinter(
  streams: LogStreams,
  { color, prefix }: { readonly color: boolean; readonly prefix: boolean },
): LogPrinter {
  const presenters = new Map<string, Presenter>();
  let width = 0;
  let gathered = "";
  let target: "stdout" | "stderr" = "stdout";
  let scheduled: NodeJS.Immediate | undefined;

  function register(containers: readonly string[]): void {
    for (const name of containers) {
      if (presenters.has(name)) continue;
      presenters.set(name, { color: color ? RAINBOW[presenters.size % RAINBOW.length] : undefined, prefix: "" });
      width = Math.max(width, name.length);
    }
    if (!prefix) return;
    for (const [name, presenter] of presenters) {
      const text = `${name.padEnd(width + 1)} | `;
      presenter.prefix = presenter.color === undefined ? text : paint(presenter.color, text);
    }
  }

  function flush(): void {
    if (scheduled !== undefined) clearImmediate(scheduled);
    scheduled = undefined;
    if (gathered !== "") streams[target].write(gathered);
    gathered = "";
  }

  function gather(stream: "stdout" | "stderr", text: string): void {
    if (stream !== target) flush();
    target = stream;
    gathered += text;
    if (gathered.length > MAX_GATHERED) flush();
    else scheduled ??= setImmediate(flush);
  }

  return {
    register,
    print({ container, stream, text }) {
      if (!presenters.has(container)) register([container]);
      const presenter = presenters.get(container);
      if (stream === "status") {
        const line = `${container} ${text}`;
        const shown = presenter?.color === undefined ? line : paint(presenter.color, `${RESET_LINE}${line}`);
        gather("stdout", `${shown}\n`);
      } else gather(stream, `${presenter?.prefix ?? ""}${text}\n`);
    },
    flush,
  };
}
