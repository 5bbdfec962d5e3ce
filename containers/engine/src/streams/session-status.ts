/** What is said of a session on its error channel, and understood on its channel for sizes: the same in every protocol. */
import type { Session, SessionExit } from "../streaming.ts";

const MAX_SIZE = 10_000;
const SUCCESS = { metadata: {}, status: "Success" };

/** How the session ended, as a Status object in JSON. Without `tellExit` every end is a good one. */
export function sessionStatus({ code }: SessionExit, tellExit: boolean): string {
  if (code === 0 || !tellExit) return JSON.stringify(SUCCESS);
  return JSON.stringify({
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  });
}

/** Why there is no session, as a Status object in JSON. */
export function failureStatus(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return JSON.stringify({ metadata: {}, status: "Failure", message, reason: "InternalError", code: 500 });
}

/** Sets the terminal to the size in `payload`, `{"Width":80,"Height":24}`; anything else is ignored. */
export async function resizeSession(session: Session, payload: Buffer): Promise<void> {
  const match = /"Width":\s*(\d+).*"Height":\s*(\d+)/s.exec(payload.toString("utf8", 0, 256));
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!(width > 0 && height > 0 && width < MAX_SIZE && height < MAX_SIZE)) return;
  await session.resize(width, height).catch(() => undefined); // the process may be gone already
}
