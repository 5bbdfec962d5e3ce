/** Progress on a terminal: a heading that counts, and a line for each resource, redrawn in place. */
import type { ProgressEvent, ProgressStatus } from "@skiff/compose";
import type { ProgressStream, RenderedProgress } from "./progress.ts";
import { paint } from "./styles.ts";

const FRAME_MS = 100;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const MARK: Readonly<Record<Exclude<ProgressStatus, "working">, string>> = { done: "✔", warning: "!", error: "✘" };
const COLOR: Readonly<Record<ProgressStatus, string>> = { working: "36", done: "32", warning: "33", error: "31" };

interface Line {
  readonly event: ProgressEvent;
  readonly since: number;
  readonly until: number | undefined;
}

/** Lines on `stream`, at most ten frames a second. `now` is in milliseconds. */
export function terminalProgress(
  stream: ProgressStream,
  { color, title, now }: { readonly color: boolean; readonly title: string; readonly now: () => number },
): RenderedProgress {
  const lines = new Map<string, Line>();
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    const width = stream.columns || 80;
    const height = Math.max(2, (stream.rows || 24) - 1);
    const all = [...lines.values()];
    const done = all.filter(({ event }) => event.status !== "working").length;
    const heading = `[+] ${title} ${done}/${all.length}`;
    // What does not fit stays off the screen: the newest lines are those that move.
    const shown = all.slice(-(height - 1));
    const frame = Math.floor(now() / FRAME_MS) % SPINNER.length;
    const widest = Math.max(0, ...shown.map(({ event }) => event.id.length));
    const rows = [
      color && done === all.length ? paint("34", heading) : heading,
      ...shown.map((line) => render(line, frame, widest, width)),
    ];
    stream.write(`${drawn > 0 ? `\u001b[${drawn}A` : ""}\r${rows.map((row) => `\u001b[2K${row}\n`).join("")}\u001b[0J`);
    drawn = rows.length;
  }

  function render({ event, since, until }: Line, frame: number, widest: number, width: number): string {
    const { id, text, status, detail } = event;
    const mark = status === "working" ? SPINNER[frame] : MARK[status];
    const seconds = `${(((until ?? now()) - since) / 1000).toFixed(1)}s`;
    const room = Math.max(10, width - seconds.length - 5);
    const body = clip(`${id.padEnd(widest)}  ${text}${detail === undefined ? "" : `  ${detail}`}`, room);
    const padded = body.padEnd(room);
    return color
      ? ` ${paint(COLOR[status], mark ?? "")} ${padded} ${paint("34", seconds)}`
      : ` ${mark} ${padded} ${seconds}`;
  }

  function schedule(): void {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      draw();
      if ([...lines.values()].some(({ event }) => event.status === "working")) schedule();
    }, FRAME_MS);
    // An operation that is over must not wait for its picture.
    timer.unref();
  }

  function around(write: () => void): void {
    const isMoving = [...lines.values()].some(({ event }) => event.status === "working");
    if (!isMoving) flush();
    if (drawn > 0) stream.write(`\u001b[${drawn}A\r\u001b[0J`);
    drawn = 0;
    write();
    if (isMoving) schedule();
  }

  const flush = (): void => {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (lines.size > 0) draw();
    lines.clear();
    drawn = 0;
  };
  return {
    event(event) {
      const since = lines.get(event.id)?.since ?? now();
      lines.set(event.id, { event, since, until: event.status === "working" ? undefined : now() });
      if (drawn === 0) draw();
      else schedule();
    },
    warn: (message) => around(() => stream.write(`${color ? paint("33", "WARNING:") : "WARNING:"} ${message}\n`)),
    flush,
    around,
  };
}

const clip = (text: string, room: number): string => (text.length <= room ? text : `${text.slice(0, room - 1)}…`);
