/** What the client accepts: the best clause of its Accept header that we can write. */
import { StatusError } from "@skiff/api";

/** How to write an answer. `as` asks for a table or for metadata only. */
export interface Accepted {
  readonly encoding: Encoding;
  readonly as: "object" | "table" | "metadata" | "metadataList";
  /** The apiVersion of a table or of metadata. */
  readonly metaVersion: "meta.k8s.io/v1" | "meta.k8s.io/v1beta1";
  readonly pretty: boolean;
  /** How much of each object the rows of a table carry: None, Metadata or Object. */
  readonly includeObject: string | null;
  /** Aggregated discovery was asked for. */
  readonly aggregated: boolean;
}

/** The forms answers are written in. */
export type Encoding = "json" | "yaml" | "protobuf";

/** What can be written in answer to a request. */
export interface Writable {
  /** The objects are of a kind with a protobuf form. Metadata and statuses always have one. */
  readonly protobuf: boolean;
  /** The answer is a stream of events. */
  readonly stream: boolean;
}

/** Plain JSON. */
export const PLAIN: Accepted = {
  encoding: "json",
  as: "object",
  metaVersion: "meta.k8s.io/v1",
  pretty: false,
  includeObject: null,
  aggregated: false,
};

/** Whole objects in protobuf. */
const BINARY: Accepted = { ...PLAIN, encoding: "protobuf" };

/** The media types, in the order in which a wildcard prefers them. */
export const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  json: "application/json",
  yaml: "application/yaml",
  protobuf: "application/vnd.kubernetes.protobuf",
};

const ENCODINGS: readonly Encoding[] = ["json", "yaml", "protobuf"];
/** YAML has no frames. */
const STREAMED: readonly Encoding[] = ["json", "protobuf"];
/** More clauses than any client sends. */
const MAX_CLAUSES = 64;

const known = new Map<string, Accepted | undefined>();

/** Reads an Accept header. Throws StatusError 406 when nothing in it can be written. */
export function negotiate(accept: string | undefined, writable: Writable): Accepted {
  if (accept === undefined || accept === "" || accept === "*/*" || accept === MEDIA_TYPES.json) return PLAIN;
  if (accept === MEDIA_TYPES.protobuf && writable.protobuf) return BINARY;
  const key = `${writable.protobuf ? "p" : ""}${writable.stream ? "s" : ""} ${accept}`;
  if (!known.has(key)) {
    if (known.size > 1000) known.clear(); // headers are the client's: bound what they make us remember
    known.set(key, choose(accept, writable));
  }
  const accepted = known.get(key);
  if (accepted === undefined) throw StatusError.notAcceptable(mediaTypes(writable));
  return accepted;
}

function mediaTypes({ stream }: Writable): string[] {
  return (stream ? STREAMED : ENCODINGS).map((encoding) => MEDIA_TYPES[encoding] + (stream ? ";stream=watch" : ""));
}

interface Clause {
  readonly media: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function choose(accept: string, writable: Writable): Accepted | undefined {
  const clauses = accept.split(",", MAX_CLAUSES).map(parseClause);
  // The sort is stable: equals stay as the client wrote them. What is said exactly comes before what a wildcard covers.
  clauses.sort((a, b) => b.quality - a.quality || wildness(a) - wildness(b));
  for (const clause of clauses) {
    if (clause.quality <= 0) continue;
    for (const encoding of ENCODINGS) {
      if (!covers(clause.media, MEDIA_TYPES[encoding])) continue;
      const accepted = acceptedAs(encoding, clause.parameters, writable);
      if (accepted) return accepted;
    }
  }
  return undefined;
}

function parseClause(clause: string): Clause {
  const [media = "", ...rest] = clause.split(";").map((part) => part.trim());
  const parameters = new Map(rest.map((p) => [p.slice(0, p.indexOf("=")).trim(), p.slice(p.indexOf("=") + 1).trim()]));
  const quality = Number(parameters.get("q") ?? 1);
  return { media: media.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

function wildness({ media }: Clause): number {
  return media === "*/*" ? 2 : media.endsWith("/*") ? 1 : 0;
}

function covers(asked: string, offered: string): boolean {
  return asked === offered || asked === "application/*" || asked === "*/*";
}

/** Undefined where the clause asks for what cannot be had in this encoding: the next clause may. */
function acceptedAs(
  encoding: Encoding,
  parameters: ReadonlyMap<string, string>,
  writable: Writable,
): Accepted | undefined {
  if (writable.stream ? !STREAMED.includes(encoding) : parameters.has("stream") && encoding === "yaml")
    return undefined;
  const pretty = parameters.get("pretty") === "1";
  const [as, group, version] = ["as", "g", "v"].map((name) => parameters.get(name));
  if (group === "apidiscovery.k8s.io") {
    return encoding === "json" && version === "v2" ? { ...PLAIN, aggregated: true } : undefined;
  }
  if (as === undefined) {
    if (encoding === "protobuf") return writable.protobuf ? BINARY : undefined;
    return { ...PLAIN, encoding, pretty };
  }
  if (group !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1")) return undefined;
  const metaVersion = `meta.k8s.io/${version}` as const;
  if (as === "PartialObjectMetadata") return { ...PLAIN, encoding, as: "metadata", metaVersion, pretty };
  if (as === "PartialObjectMetadataList") return { ...PLAIN, encoding, as: "metadataList", metaVersion, pretty };
  // A table's cells have no protobuf form.
  return as === "Table" && encoding !== "protobuf"
    ? { ...PLAIN, encoding, as: "table", metaVersion, pretty }
    : undefined;
}
