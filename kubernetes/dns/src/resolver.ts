import type { Answer, RecordType } from "dns-packet";
import { decode } from "dns-packet";
import type { ClusterZone, ZoneAnswer } from "./cluster-zone.ts";
import { addressedTo, type Forwarder } from "./forwarder.ts";
import { type Query, readQuery, writeAnswer, writeRefusal } from "./message.ts";
import type { ReverseZone } from "./reverse-zone.ts";

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;

/** What a resolver is made of. */
export interface ResolverDeps {
  readonly zone: ClusterZone;
  readonly reverse: ReverseZone;
  readonly forwarder: Pick<Forwarder, "answer">;
  /** Whether the zone's data is complete; until then questions about it get SERVFAIL, which clients retry. */
  ready(): boolean;
  /** From 0 up to 1: which of several addresses comes first. */
  random(): number;
}

/** A message for the client, how large a datagram it may be, or nothing to say at all. */
export type Reply = { readonly message: Buffer; readonly maxBytes: number } | undefined;

/** Answers one message: from the cluster's zones at once, otherwise from the upstream servers. Never throws. */
export function createResolver(deps: ResolverDeps): (request: Buffer) => Reply | Promise<Reply> {
  return (request) => {
    const query = readQuery(request);
    if (query === "ignore") return undefined;
    if ("rcode" in query) return { message: writeRefusal(request, query.rcode), maxBytes: 512 };
    const found = lookUp(query, deps);
    if (found.kind === "not ours") return forward(query, request, deps);
    if (!deps.ready()) return reply(query, { rcode: SERVFAIL, authoritative: false });
    if (found.kind === "alias" && (query.type === "A" || query.type === "AAAA")) return follow(query, found, deps);
    if (found.kind === "alias") return reply(query, { rcode: NOERROR, authoritative: true, answers: [found.record] });
    const authorities = [deps.zone.soa()];
    if (found.kind === "no such name") return reply(query, { rcode: NXDOMAIN, authoritative: true, authorities });
    if (found.records.length === 0) return reply(query, { rcode: NOERROR, authoritative: true, authorities });
    const answers = rotated(found.records, deps.random());
    const additionals = [...(found.additionals ?? [])];
    return reply(query, { rcode: NOERROR, authoritative: true, answers, additionals });
  };
}

function lookUp({ name, type }: Query, { zone, reverse }: ResolverDeps): ZoneAnswer {
  if (name.endsWith(".arpa")) return reverse.answer(name, type);
  return zone.answer(name, type as RecordType | "ANY");
}

async function forward(query: Query, request: Buffer, { forwarder }: ResolverDeps): Promise<Reply> {
  const message = await forwarder.answer(query);
  return message
    ? { message: addressedTo(request, message), maxBytes: query.maxBytes }
    : reply(query, { rcode: SERVFAIL, authoritative: false });
}

/** Adds the records of the name an ExternalName Service stands for: in this cluster, or elsewhere. */
async function follow(
  query: Query,
  { record, target }: { readonly record: Answer; readonly target: string },
  { zone, forwarder }: ResolverDeps,
): Promise<Reply> {
  const alias = { rcode: NOERROR, authoritative: true, answers: [record] };
  const here = zone.answer(target, query.type as RecordType);
  if (here.kind === "records") return reply(query, { ...alias, answers: [record, ...here.records] });
  if (here.kind !== "not ours") return reply(query, alias); // an alias of an alias is the client's to follow
  const [question] = query.packet.questions ?? [];
  if (!question) return reply(query, alias);
  const onward: Query = {
    ...query,
    name: target,
    edns: true,
    dnssecOk: false,
    packet: { ...query.packet, questions: [{ ...question, name: target }] },
  };
  const found = await forwarder.answer(onward);
  const answers = found ? (decode(found).answers ?? []) : [];
  return reply(query, { ...alias, answers: [record, ...answers] });
}

function reply(query: Query, o: Parameters<typeof writeAnswer>[1]): Reply {
  return { message: writeAnswer(query, o), maxBytes: query.maxBytes };
}

/** Starts the list somewhere else each time: most clients take the first address. */
function rotated(records: readonly Answer[], random: number): Answer[] {
  const start = Math.floor(random * records.length);
  return [...records.slice(start), ...records.slice(0, start)];
}
