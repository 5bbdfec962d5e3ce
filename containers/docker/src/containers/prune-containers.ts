/** POST /containers/prune: containers that do not run. */
import { isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { hasLabel } from "../http/has-label.ts";
import { timeOf } from "../http/time-of.ts";

export function pruneContainers({ engine, now }: Deps): Handler {
  return async function pruneContainers(call) {
    const wanted = filters(call);
    for (const name of wanted.keys())
      if (!["label", "label!", "until"].includes(name)) throw new DockerError(400, `invalid filter '${name}'`);
    const before = Math.min(...(wanted.get("until") ?? []).map((text) => timeOf(text, now())));
    const deleted: string[] = [];
    for (const { id, state, createdAt, spec } of await engine.containers.list()) {
      const { labels } = spec;
      if (state === "running" || state === "paused" || createdAt >= before) continue;
      if (!(wanted.get("label") ?? []).every((text) => hasLabel(labels, text))) continue;
      if ((wanted.get("label!") ?? []).some((text) => hasLabel(labels, text))) continue;
      try {
        await engine.containers.remove(id);
        deleted.push(id);
      } catch (error) {
        // Started or removed by somebody else meanwhile.
        if (!isEngineError(error, "conflict") && !isEngineError(error, "not-found")) throw error;
      }
    }
    return { status: 200, json: { ContainersDeleted: deleted, SpaceReclaimed: 0 } };
  };
}
