/** Progress as JSON, one object a line, for programs. */
import type { ProgressStatus } from "@skiff/compose";
import type { ProgressStream, RenderedProgress } from "./progress.ts";

const STATUS: Readonly<Record<ProgressStatus, string>> = {
  working: "Working",
  done: "Done",
  warning: "Warning",
  error: "Error",
};

/** `{"id":"Container shop-web-1","status":"Working","text":"Starting"}`, as `docker compose --progress json` writes it. */
export function jsonProgress(stream: ProgressStream): RenderedProgress {
  return {
    event({ id, text, status, detail }) {
      const message = { id, status: STATUS[status], text, ...(detail === undefined ? {} : { details: detail }) };
      stream.write(`${JSON.stringify(message)}\n`);
    },
    warn: (message) => void stream.write(`${JSON.stringify({ level: "warning", msg: message })}\n`),
    flush: () => undefined,
    around: (write) => write(),
  };
}
