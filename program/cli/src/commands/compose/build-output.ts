/** What builds say, beside the progress of everything else. */
import type { ComposeCall } from "./compose-call.ts";

/** Prints lines on standard error, the service in front. Undefined where nobody wants to read them. */
export function buildOutput({ global, progress }: ComposeCall): ((service: string, text: string) => void) | undefined {
  if (global.progress === "quiet" || global.progress === "json") return undefined;
  return (service, text) => {
    const lines = text.replace(/\n$/, "").split("\n");
    const prefixed = lines.map((line) => `[${service}] ${line}\n`).join("");
    progress.around(() => void process.stderr.write(prefixed));
  };
}
