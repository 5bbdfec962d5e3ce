/** GET /v2/_catalog: the repositories, as Docker's registry lists them. */
import { type Handler, type HandlerDeps, jsonReply } from "../handler.ts";
import { page } from "../page.ts";

export function listRepositories({ content }: HandlerDeps): Handler {
  return async function listRepositories(call) {
    const { items, headers } = page("/v2/_catalog", await content.repositories(), call.query);
    return jsonReply({ repositories: items }, headers);
  };
}
