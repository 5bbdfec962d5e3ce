/** DELETE a collection. */
import { apiVersionOf, isNotFound } from "@skiff/api";
import type { Handler } from "../call.ts";
import { integerParameter, revisionParameter } from "../query-parameters.ts";
import type { Server } from "../server-parts.ts";
import type { ApiObject } from "../state/api-object.ts";
import { type DeleteDeps, deleteObject, readDeleteOptions } from "./delete.ts";
import { selectionOf } from "./selection.ts";
import { collectionPrefix, resourceOf } from "./target.ts";

/** Deletions under way at once. */
const WIDTH = 16;

/** Deletes each object that is selected, one by one; answers the list of them as they were. */
export function deleteCollection(deps: DeleteDeps & Pick<Server, "caches">): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    integerParameter(call.query, "limit");
    revisionParameter(call.query);
    const options = await readDeleteOptions(call);
    const selection = selectionOf(info, call.query);
    await deps.caches.fresh();
    const { entries } = deps.caches.of(info);
    const chosen = [...entries.under(collectionPrefix(call.info))].filter((entry) => !selection || selection(entry));
    const items: ApiObject[] = chosen.map((entry) => entry.object);
    const queue = chosen.values();
    const worker = async () => {
      for (const { key } of queue) {
        try {
          await deleteObject(deps, call, info, key, options);
        } catch (error) {
          if (!isNotFound(error)) throw error; // gone already is what was asked for
        }
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
    const metadata = { resourceVersion: String(deps.caches.revision) };
    return {
      type: "object",
      code: 200,
      object: { kind: info.listKind, apiVersion: apiVersionOf(info), metadata, items },
    };
  };
}
