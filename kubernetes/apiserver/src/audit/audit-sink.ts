import type { AuditEvent } from "./audit-event.ts";

/** Where audit events go. */
export interface AuditSink extends AsyncDisposable {
  /** Takes an event; never throws, and never waits. What cannot be kept is counted and logged. */
  write(event: AuditEvent): void;
}
