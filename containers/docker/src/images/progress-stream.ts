/** Answers that tell how an operation goes, one JSON message a line, and end with its error where it fails. */
import type { PullProgress } from "@skiff/engine";
import type { Reply } from "../http/call.ts";
import { toDockerError } from "../http/docker-error.ts";

/** A message of such a stream, as Docker clients know them. */
export type ProgressMessage =
  | { readonly stream: string }
  | {
      readonly status: string;
      readonly id?: string;
      readonly progressDetail?: { readonly current?: number; readonly total?: number };
    }
  | { readonly aux: object }
  | { readonly event: object };

/** How a failure is told: what is wrong, and an exit code for the client where there is one. */
export type ErrorDetail = { readonly message: string; readonly code?: number };

/**
 * Runs `work` and gives its messages as they come. An error becomes the last message: the status line is long gone. Messages wait in
 * memory for a slow client; `work` is aborted when the client goes away.
 */
export async function* progressStream(
  work: (send: (message: ProgressMessage) => void) => Promise<void>,
  describe: (error: unknown) => string | ErrorDetail,
): AsyncGenerator<string> {
  const lines: string[] = [];
  let wake = () => {};
  let done = false;
  const send = (message: object) => {
    lines.push(`${JSON.stringify(message)}\r\n`);
    wake();
  };
  const working = work(send)
    .catch((error: unknown) => {
      const described = describe(error);
      const detail = typeof described === "string" ? { message: described } : described;
      send({ errorDetail: detail, error: detail.message });
    })
    .finally(() => {
      done = true;
      wake();
    });
  for (;;) {
    const text = lines.splice(0).join("");
    if (text !== "") yield text;
    else if (done) break;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  await working;
}

/** The answer that such a stream is. What fails before anything was said is an answer of its own: throws it, with its status. */
export async function progressReply(
  work: (send: (message: ProgressMessage) => void) => Promise<void>,
  describe: (error: unknown) => string | ErrorDetail = (error) => toDockerError(error).message,
): Promise<Reply> {
  let early: unknown;
  let hasSaid = false;
  const watched = async (send: (message: ProgressMessage) => void): Promise<void> => {
    try {
      await work((message) => {
        hasSaid = true;
        send(message);
      });
    } catch (error) {
      early = error;
      throw error;
    }
  };
  const stream = progressStream(watched, describe);
  const first = await stream.next();
  if (early !== undefined && !hasSaid) throw toDockerError(early);
  return { status: 200, stream: after(first.done === true ? "" : first.value, stream) };
}

async function* after(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

const STATUS: Readonly<Record<PullProgress["status"], string>> = {
  waiting: "Pulling fs layer",
  downloading: "Downloading",
  exists: "Already exists",
  downloaded: "Download complete",
  extracting: "Extracting",
  extracted: "Pull complete",
};

/** Progress of one layer, under the short id that people see. */
export function pullMessage({ digest, status, current, total }: PullProgress): ProgressMessage {
  const isMoving = status === "downloading" || status === "extracting";
  return {
    status: STATUS[status],
    id: digest.slice("sha256:".length, "sha256:".length + 12),
    progressDetail: isMoving ? { current, total } : {},
  };
}
