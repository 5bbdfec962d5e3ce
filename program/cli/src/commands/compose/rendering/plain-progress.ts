/** Progress as lines, for logs of build machines. */
import type { ProgressStream, RenderedProgress } from "./progress.ts";

/** A line for each thing that changes: ` Container shop-web-1  Started`. */
export function plainProgress(stream: ProgressStream): RenderedProgress {
  const said = new Map<string, string>();
  return {
    event({ id, text, detail }) {
      const line = ` ${id}  ${text}${detail === undefined ? "" : `  ${detail}`}`;
      // A layer tells how many bytes have come many times a second.
      const state = detail === undefined ? text : `${text} ${detail.replace(/[\d.]+/g, "")}`;
      if (said.get(id) === state) return;
      said.set(id, state);
      stream.write(`${line}\n`);
    },
    warn: (message) => void stream.write(`WARNING: ${message}\n`),
    flush: () => undefined,
    around: (write) => write(),
  };
}
