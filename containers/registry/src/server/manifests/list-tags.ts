/** GET /v2/<name>/tags/list (distribution-spec, "Listing Tags"). */
import { RegistryError } from "../../errors.ts";
import { type Handler, type HandlerDeps, repositoryOf } from "../handler.ts";

export function listTags({ content }: HandlerDeps): Handler {
  return async function listTags(call) {
    const name = repositoryOf(call);
    const all = await content.tags(name);
    if (all === undefined) throw new RegistryError("NAME_UNKNOWN", `repository name not known to registry: ${name}`);
    const last = call.query.get("last");
    const limit = Number.parseInt(call.query.get("n") ?? "", 10);
    const after = last === null ? all : all.filter((tag) => tag > last);
    const tags = Number.isInteger(limit) && limit >= 0 ? after.slice(0, limit) : after;
    const more: Record<string, string> =
      tags.length > 0 && tags.length < after.length
        ? { link: `</v2/${name}/tags/list?n=${limit}&last=${tags.at(-1)}>; rel="next"` }
        : {};
    return {
      status: 200,
      headers: { "content-type": "application/json", ...more },
      body: Buffer.from(JSON.stringify({ name, tags })),
    };
  };
}
