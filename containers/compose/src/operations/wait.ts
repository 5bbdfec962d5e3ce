/** Waits until containers have ended. */
import type { Project } from "../model.ts";
import { observeContainers } from "../observe/observe-project.ts";
import { selectContainers } from "../observe/select-containers.ts";
import { targetProject } from "../observe/target-project.ts";
import type { OperationContext } from "./context.ts";

/** Which containers, and how. */
export interface WaitOptions {
  /** None: all of the project's. */
  readonly services?: readonly string[] | undefined;
  /** Take the project down when the first has ended. */
  readonly downProject?: boolean | undefined;
}

/**
 * Waits for all containers of the services, or, where the project is to go down, for the first. Says each one's exit code, and
 * answers that of the last. `target` is the project, or its name where there is no file.
 */
export async function waitForExit(
  context: OperationContext,
  target: Project | string,
  { services, downProject = false }: WaitOptions,
): Promise<number> {
  const { client, signal } = context;
  const name = typeof target === "string" ? target : target.name;
  const all = await observeContainers(client, name, { signal });
  const containers = selectContainers(targetProject(target, { containers: all }), all, { services });
  if (containers.length === 0) throw new Error(`no containers for project "${name}"`);
  const first = new AbortController();
  const both = AbortSignal.any([signal, first.signal]);
  let code = 0;
  const waits = containers.map(async ({ id, name: container }) => {
    const { StatusCode } = await client.json<{ readonly StatusCode: number }>(`/containers/${id}/wait`, {
      ...{ method: "POST", signal: both },
    });
    context.log(`container "${container}" exited with status code ${StatusCode}`);
    code = StatusCode;
  });
  if (!downProject) {
    await Promise.all(waits);
    return code;
  }
  await Promise.race(waits);
  const answer = code;
  first.abort();
  await Promise.allSettled(waits);
  const { down } = await import("./down.ts");
  await down(context, target, { removeOrphans: true });
  return answer;
}
