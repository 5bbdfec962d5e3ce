/** GET /containers/{id}/changes. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

const KINDS = { modified: 0, added: 1, deleted: 2 } as const;

export function containerChanges(deps: Deps): Handler {
  return async function containerChanges(call) {
    const { id } = await findContainer(deps, call);
    const changes = await deps.engine.containers.changes(id);
    return { status: 200, json: changes.map(({ path, kind }) => ({ Path: path, Kind: KINDS[kind] })) };
  };
}
