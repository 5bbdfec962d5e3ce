/** The same small request for each of several containers, at the same time. */
import { isGone } from "../apply/container-steps.ts";
import type { ObservedContainer } from "../observe/observed.ts";
import type { OperationContext } from "./context.ts";

/** What is done, and how it is told. */
export interface Action {
  /** Last part of the request's path: "pause". */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** "Pausing". Absent: nothing is told before the end. */
  readonly begin?: string;
  /** "Paused". */
  readonly end: string;
}

/** Acts on all; the first failure is thrown when all have been tried. Containers that are gone are passed over. */
export async function actOnEach(
  { client, progress, signal }: OperationContext,
  containers: readonly ObservedContainer[],
  { path, query = {}, begin, end }: Action,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    containers.map(async ({ id, name }) => {
      const event = `Container ${name}`;
      if (begin !== undefined) progress.event({ id: event, text: begin, status: "working" });
      try {
        await client.json(`/containers/${id}/${path}`, { method: "POST", query, signal });
      } catch (error) {
        if (isGone(error)) return;
        const detail = error instanceof Error ? error.message : String(error);
        progress.event({ id: event, text: "Error", status: "error", detail });
        throw error;
      }
      progress.event({ id: event, text: end, status: "done" });
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
