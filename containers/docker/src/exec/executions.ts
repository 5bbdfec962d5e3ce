/** Programs executed inside containers, which clients know by an id from creation until some time after their end. */
import { randomBytes } from "node:crypto";
import type { ExecSpec, Session } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";

/** One execution. What is not `readonly` changes as it proceeds. */
export interface Execution {
  readonly id: string;
  readonly containerId: string;
  readonly spec: ExecSpec;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  readonly detachKeys: Buffer;
  session?: Session;
  exitCode?: number;
}

/** All executions. */
export interface Executions {
  create(execution: Omit<Execution, "id">): Execution;
  /** Throws 404. */
  get(id: string): Execution;
  /** Those of a container that are not over. */
  running(containerId: string): Execution[];
}

const MAX_REMEMBERED = 1000;

/** Remembers none. The oldest that are over are forgotten when there are too many. */
export function createExecutions(): Executions {
  const all = new Map<string, Execution>();
  return {
    create(execution) {
      for (const [id, old] of all) {
        if (all.size < MAX_REMEMBERED) break;
        if (old.session === undefined || old.exitCode !== undefined) all.delete(id);
      }
      const created = { ...execution, id: randomBytes(32).toString("hex") };
      all.set(created.id, created);
      return created;
    },
    get(id) {
      const found = all.get(id);
      if (found === undefined) throw new DockerError(404, `No such exec instance: ${id}`);
      return found;
    },
    running: (containerId) =>
      [...all.values()].filter(
        (one) => one.containerId === containerId && one.session !== undefined && one.exitCode === undefined,
      ),
  };
}
