/** The outer form of a PKCS #10 certificate request (RFC 2986), in PEM (RFC 7468). */

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----/;

const SEQUENCE = 16;
const BIT_STRING = 3;
/** What a certificate request consists of, by the names and tags of ASN.1. */
const MEMBERS = [
  ["tbsCertificateRequest", SEQUENCE],
  ["AlgorithmIdentifier", SEQUENCE],
  ["BitString", BIT_STRING],
] as const;
/** How Go shows that a field has no options, in the messages clients know. */
const NO_OPTIONS =
  "{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}";

/** One value of DER: its tag, and where its content begins and ends. */
interface Value {
  readonly class: number;
  readonly tag: number;
  readonly isCompound: boolean;
  readonly start: number;
  readonly end: number;
}

/** Why the text is no certificate request, in the words of Go's parser; undefined where it has the form of one. */
export function requestProblem(text: string): string | undefined {
  const [, label, content = ""] = PEM.exec(text) ?? [];
  if (label !== "CERTIFICATE REQUEST") return "PEM block type must be CERTIFICATE REQUEST";
  const der = Buffer.from(content, "base64");
  const request = readValue(der, "certificateRequest", SEQUENCE);
  if (typeof request === "string") return request;
  if (request.end < der.length) return "asn1: syntax error: trailing data";
  let rest = der.subarray(request.start, request.end);
  for (const [name, tag] of MEMBERS) {
    const member = readValue(rest, name, tag);
    if (typeof member === "string") return member;
    rest = rest.subarray(member.end);
  }
  return undefined;
}

/** The value at the beginning of `der`, or why there is none with the tag. */
function readValue(der: Buffer, name: string, tag: number): Value | string {
  if (der.length === 0) return "asn1: syntax error: sequence truncated";
  const [first = 0, length] = der;
  if (length === undefined) return "asn1: syntax error: truncated tag or length";
  const bytes = length < 0x80 ? 0 : length & 0x7f;
  if (bytes > 4) return "asn1: structure error: length too large";
  const start = 2 + bytes;
  if (length === 0x80) return "asn1: syntax error: indefinite length found (not DER)";
  if (der.length < start) return "asn1: syntax error: truncated tag or length";
  const size = bytes === 0 ? length : der.readUIntBE(2, bytes);
  const value: Value = {
    class: first >> 6,
    tag: first & 0x1f,
    isCompound: (first & 0x20) !== 0,
    start,
    end: start + size,
  };
  const isExpected = value.class === 0 && value.tag === tag && value.isCompound === (tag === SEQUENCE);
  if (!isExpected) {
    const found = `{class:${value.class} tag:${value.tag} length:${size} isCompound:${value.isCompound}}`;
    return `asn1: structure error: tags don't match (${tag} vs ${found}) ${NO_OPTIONS} ${name} @${start}`;
  }
  return value.end > der.length ? "asn1: syntax error: data truncated" : value;
}
