/** The log every long-lived part writes to. */

/** Messages are constant texts; what varies goes into `fields`. Never log secrets or whole objects. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** The same log with `fields` on every entry. */
  with(fields: Record<string, unknown>): Logger;
}
