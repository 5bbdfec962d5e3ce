/** GET /v2/<name>/referrers/<digest> (distribution-spec, "Listing Referrers"). */
import { OCI_INDEX } from "../../media-types.ts";
import { digestOfCall, type Handler, type HandlerDeps, jsonReply, repositoryOf } from "../handler.ts";

export function listReferrers({ content }: HandlerDeps): Handler {
  return async function listReferrers(call) {
    const name = repositoryOf(call);
    const all = await content.referrers(name, digestOfCall(call.params.digest));
    const wanted = call.query.get("artifactType");
    const manifests = wanted === null ? all : all.filter(({ artifactType }) => artifactType === wanted);
    const filtered: Record<string, string> = wanted === null ? {} : { "oci-filters-applied": "artifactType" };
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
    return jsonReply(index, { ...filtered, "content-type": OCI_INDEX });
  };
}
