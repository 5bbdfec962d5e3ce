/** What the resolver in a container's network namespace answers: names and addresses of the containers beside it (RFC 1035). Pure. */
import { type Answer, decode, encode, type Packet } from "dns-packet";

/** The names that one container can see. */
export interface Names {
  /** Addresses behind a name, without a trailing dot and in lower case; none for a name of nobody here. */
  addressesOf(name: string): readonly string[];
  nameOf(address: string): string | undefined;
}

const TTL_SECONDS = 600;
const REVERSE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/;

/** The answer to a query; undefined when it is not about a container, and somebody else has to be asked. Throws for what is no query. */
export function answerQuery(query: Buffer, names: Names): Buffer | undefined {
  const packet = decode(query);
  const [question, ...more] = packet.questions ?? [];
  if (packet.type !== "query" || question === undefined || more.length > 0) throw new RangeError("not one question");
  const name = question.name.toLowerCase().replace(/\.$/, "");
  const answers = answersTo(question.type, question.name, name, names);
  return answers && encode(reply(packet, answers));
}

/** The answer that says that something went wrong. */
export function failure(query: Buffer): Buffer {
  const packet = decode(query);
  return encode({ ...reply(packet, []), flags: flagsOf(packet) | SERVER_FAILURE });
}

const RECURSION_DESIRED = 0x100;
const RECURSION_AVAILABLE = 0x80;
const SERVER_FAILURE = 2;

function flagsOf({ flags = 0 }: Packet): number {
  return (flags & RECURSION_DESIRED) | RECURSION_AVAILABLE;
}

function reply(packet: Packet, answers: Answer[]): Packet {
  return { type: "response", id: packet.id ?? 0, flags: flagsOf(packet), questions: packet.questions ?? [], answers };
}

function answersTo(type: string, asked: string, name: string, names: Names): Answer[] | undefined {
  if (type === "PTR") {
    const address = REVERSE.exec(name)?.slice(1).reverse().join(".");
    const found = address === undefined ? undefined : names.nameOf(address);
    return found === undefined ? undefined : [{ type: "PTR", name: asked, ttl: TTL_SECONDS, data: found }];
  }
  const addresses = names.addressesOf(name);
  if (addresses.length === 0) return undefined;
  // A container's name has no other records; asking elsewhere for them would only take time.
  if (type !== "A") return [];
  return addresses.map((data) => ({ type: "A", name: asked, ttl: TTL_SECONDS, data }));
}
