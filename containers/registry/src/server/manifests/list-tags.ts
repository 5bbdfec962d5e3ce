/** GET /v2/<name>/tags/list (distribution-spec, "Listing Tags"). */
import { RegistryError } from "../../errors.ts";
import { type Handler, type HandlerDeps, jsonReply, repositoryOf } from "../handler.ts";
import { page } from "../page.ts";

export function listTags({ content }: HandlerDeps): Handler {
  return async function listTags(call) {
    const name = repositoryOf(call);
    const all = await content.tags(name);
    if (all === undefined) throw new RegistryError("NAME_UNKNOWN", `repository name not known to registry: ${name}`);
    const { items, headers } = page(`/v2/${name}/tags/list`, all, call.query);
    return jsonReply({ name, tags: items }, headers);
  };
}
