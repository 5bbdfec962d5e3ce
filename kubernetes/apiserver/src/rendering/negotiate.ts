/** What the client accepts: the first media type of the Accept header that we can write. */
import { StatusError } from "@skiff/api";

/** How to write an answer. `as` asks for a table or for metadata only. */
export interface Accepted {
  readonly encoding: "json" | "yaml";
  readonly as: "object" | "table" | "metadata";
  readonly pretty: boolean;
  /** How much of each object the rows of a table carry: None, Metadata or Object. */
  readonly includeObject: string | null;
  /** Aggregated discovery was asked for. */
  readonly aggregated: boolean;
}

/** Plain JSON. */
export const PLAIN: Accepted = {
  encoding: "json",
  as: "object",
  pretty: false,
  includeObject: null,
  aggregated: false,
};

const WRITTEN = ["application/json", "application/yaml"];
const known = new Map<string, Accepted | undefined>();

/** Reads an Accept header. Throws StatusError 406 when nothing in it can be written. */
export function negotiate(accept: string | undefined): Accepted {
  if (accept === undefined || accept === "" || accept === "*/*" || accept === "application/json") return PLAIN;
  if (!known.has(accept)) {
    if (known.size > 1000) known.clear(); // headers are the client's: bound what they make us remember
    known.set(accept, parse(accept));
  }
  const accepted = known.get(accept);
  if (accepted === undefined) throw StatusError.notAcceptable(WRITTEN);
  return accepted;
}

function parse(accept: string): Accepted | undefined {
  const clauses = accept
    .split(",")
    .map(parseClause)
    .sort((a, b) => b.quality - a.quality);
  for (const { media, parameters } of clauses) {
    const encoding = encodingOf(media);
    if (encoding === undefined) continue;
    const as = asOf(parameters);
    if (as === undefined) continue;
    const aggregated = parameters.get("g") === "apidiscovery.k8s.io" && parameters.get("v") === "v2";
    if (parameters.get("g") === "apidiscovery.k8s.io" && !aggregated) continue;
    return { encoding, as, pretty: false, includeObject: null, aggregated };
  }
  return undefined;
}

function parseClause(clause: string): { media: string; parameters: Map<string, string>; quality: number } {
  const [media = "", ...rest] = clause.split(";").map((part) => part.trim());
  const parameters = new Map(rest.map((p) => [p.slice(0, p.indexOf("=")), p.slice(p.indexOf("=") + 1)]));
  const quality = Number(parameters.get("q") ?? 1);
  return { media, parameters, quality: Number.isNaN(quality) ? 0 : quality };
}

function encodingOf(media: string): "json" | "yaml" | undefined {
  if (media === "application/json" || media === "*/*" || media === "application/*") return "json";
  return media === "application/yaml" ? "yaml" : undefined;
}

function asOf(parameters: ReadonlyMap<string, string>): Accepted["as"] | undefined {
  const as = parameters.get("as");
  if (as === undefined || parameters.get("g") === "apidiscovery.k8s.io") return "object";
  if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") return undefined;
  if (as === "Table") return "table";
  return as === "PartialObjectMetadata" || as === "PartialObjectMetadataList" ? "metadata" : undefined;
}
