import { StatusError } from "@skiff/api";
import type { Call, Filter } from "../call.ts";
import { isTrue } from "../query-parameters.ts";
import { negotiate } from "../rendering/negotiate.ts";

/** Programs that people look at the output of. */
const SHOWN_TO_PEOPLE = /^(curl|Wget|Mozilla\/5\.0)/;
const INCLUDED = ["", "None", "Metadata", "Object"];

/** Settles how the answer will be written before anything is done: a request that cannot be answered changes nothing. */
export function negotiation(): Filter {
  return (next) => (call) => {
    const { info, incoming, query, path } = call;
    const proxied = info.subresource === "proxy" || incoming.upgrade !== undefined || info.subresource === "log";
    // What is not served here is answered elsewhere, if at all: by a server that may have other forms.
    const ofApi = info.isResource ? info.resource !== undefined : path.startsWith("/api");
    if (ofApi && !proxied) {
      const protobuf = !info.resource?.objectType;
      call.accepted = negotiate(incoming.header("accept"), { protobuf, stream: info.verb === "watch" });
    }
    if (call.accepted.as === "table") {
      const includeObject = query.get("includeObject");
      if (includeObject !== null && !INCLUDED.includes(includeObject)) {
        throw StatusError.badRequest(`unrecognized includeObject value: ${JSON.stringify(includeObject)}`);
      }
      call.accepted = { ...call.accepted, includeObject };
    }
    checkView(call);
    if (call.accepted.encoding === "json" && isPretty(call)) call.accepted = { ...call.accepted, pretty: true };
    return next(call);
  };
}

/** Throws StatusError 406 for one object's metadata of a list, or a list's of one object. */
function checkView({ info, accepted }: Call): void {
  if (!info.resource || (accepted.as !== "metadata" && accepted.as !== "metadataList")) return;
  const isList = info.verb === "list";
  if (isList === (accepted.as === "metadataList") || info.verb === "watch" || info.verb === "deletecollection") return;
  const { group, kind, listKind } = info.resource;
  const goType = `*${group.split(".")[0] || "core"}.${isList ? listKind : kind}`;
  const [asked, is] = isList ? ["PartialObjectMetadata", "is a list"] : ["PartialObjectMetadataList", "is not a list"];
  const message = `you requested ${asked}, but the requested object ${is} (${goType})`;
  throw new StatusError({ ...StatusError.notAcceptable([]).status, message });
}

function isPretty({ query, incoming }: Call): boolean {
  const asked = query.get("pretty");
  if (asked !== null && asked !== "") return isTrue(asked);
  return SHOWN_TO_PEOPLE.test(incoming.header("user-agent") ?? "");
}
