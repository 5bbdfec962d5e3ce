/** What a command that takes a while shows: one line per stage, with how long it took. */

/** Tells what a stage is doing right now. */
export type Report = (detail: string) => void;

/** Stages of one command, shown on standard error. */
export interface Progress {
  /** Runs `work` as the stage `title`. On a terminal its line is live; elsewhere it appears when the stage is done. */
  stage<T>(title: string, work: (report: Report) => Promise<T>): Promise<T>;
  /** A line of its own. */
  note(text: string): void;
}

export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  const live = out.isTTY === true;
  const redraw = (line: string): void => {
    const width = out.columns ?? 80;
    out.write(`\r\x1b[2K${line.length > width ? `${line.slice(0, width - 1)}…` : line}`);
  };
  return {
    async stage(title, work) {
      const started = performance.now();
      if (live) redraw(`… ${title}`);
      let last = "";
      const report: Report = (detail) => {
        if (detail === last) return;
        last = detail;
        if (live) redraw(`… ${title}: ${detail}`);
        else out.write(`  ${title}: ${detail}\n`);
      };
      try {
        const result = await work(report);
        const line = `✓ ${title.padEnd(44)} ${seconds(performance.now() - started)}\n`;
        if (live) redraw(line.trimEnd());
        out.write(live ? "\n" : line);
        return result;
      } catch (error) {
        if (live) redraw(`✗ ${title}`);
        out.write(live ? "\n" : `✗ ${title}\n`);
        throw error;
      }
    },
    note: (text) => void out.write(`${text}\n`),
  };
}

/** Milliseconds as seconds with two digits: `0.42 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
