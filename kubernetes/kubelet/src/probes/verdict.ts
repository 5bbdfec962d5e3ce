/** What one try of a probe found. `message` says what went wrong, as events show it. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly message: string;
}

export const passed: ProbeResult = { ok: true, message: "" };

export function failed(message: string): ProbeResult {
  return { ok: false, message };
}

/** What a failed system call is called in Go's network errors, which users know from probe events. */
export function networkReason(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connect: connection refused",
    EHOSTUNREACH: "connect: no route to host",
    ENETUNREACH: "connect: network is unreachable",
    ECONNRESET: "read: connection reset by peer",
    ETIMEDOUT: "i/o timeout",
  };
  return known[code] ?? message;
}
