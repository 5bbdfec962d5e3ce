/** What pulls, pushes and imports say while they go on: one JSON message a line. */
import { humanSize } from "../formatting/units.ts";
import { VerbFailure } from "../verb.ts";

/** A message of the API. */
export type Message = Readonly<Record<string, unknown>>;

/** Where messages are shown; lines are written anew where it is a terminal. */
export interface MessageOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

interface ProgressDetail {
  readonly current?: number;
  readonly total?: number;
}

const BAR = 50;
/** Columns from which there is room for a bar. */
const WIDE = 110;

/** `[=====>   ]  1.2MB/4MB`; empty where nothing has been done. */
function progressText({ current = 0, total = 0 }: ProgressDetail, columns: number): string {
  if (current <= 0) return "";
  const done = humanSize(current).padStart(8);
  if (total < current) return done;
  const filled = Math.min(BAR, Math.floor(((current / total) * 100) / 2));
  const bar = columns > WIDE ? `[${"=".repeat(filled)}>${" ".repeat(BAR - filled)}] ` : "";
  return `${bar}${done}/${humanSize(total)}`;
}

/** Shows messages until the end. Progress within a layer is for terminals alone. Throws VerbFailure for a message that is an error. */
export async function showMessages(
  messages: AsyncIterable<Message>,
  output: MessageOutput | undefined,
  onAux?: (aux: unknown) => void,
): Promise<void> {
  const lines = new Map<string, number>();
  let below = 0;
  for await (const { id, status, stream, progressDetail, error, aux } of messages) {
    if (typeof error === "string") throw new VerbFailure(error);
    if (aux !== undefined) onAux?.(aux);
    if (output === undefined) continue;
    if (typeof stream === "string") output.write(stream);
    if (typeof status !== "string") continue;
    const progress = progressText((progressDetail ?? {}) as ProgressDetail, output.columns ?? 80);
    const isProgress = progress !== "";
    const text = `${typeof id === "string" && id !== "" ? `${id}: ` : ""}${status}`;
    if (!output.isTTY) {
      if (!isProgress) output.write(`${text}\n`);
      continue;
    }
    const line = isProgress ? `${text} ${progress}` : text;
    const shown = line.slice(0, output.columns ?? 80);
    const known = typeof id === "string" && id !== "" ? lines.get(id) : undefined;
    if (known === undefined) {
      if (typeof id === "string" && id !== "") lines.set(id, below);
      output.write(`${shown}\n`);
      below++;
    } else output.write(`\x1b[${below - known}A\x1b[2K\r${shown}\x1b[${below - known}B\r`);
  }
}
