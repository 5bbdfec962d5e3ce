/** What an operation tells the person who waits for it. */

/** How far a piece of work is. */
export type ProgressStatus = "working" | "done" | "warning" | "error";

/** One line of progress: a later event of the same `id` replaces the earlier one. */
export interface ProgressEvent {
  /** What is worked on: "Container shop-web-1", "Network shop_default", "Volume shop_data", "Image shop-web". */
  readonly id: string;
  /** "Creating", "Created", "Started", "Healthy" … */
  readonly text: string;
  readonly status: ProgressStatus;
  /** More of it: the reason of an error, how much of a layer has arrived. */
  readonly detail?: string | undefined;
}

/**
 * Receives what operations do, in order. The caller renders it; an operation calls it from several pieces of work at
 * a time and never waits for it.
 */
export interface Progress {
  event(event: ProgressEvent): void;
  /** A sentence that is not about one resource. */
  warn(message: string): void;
}
