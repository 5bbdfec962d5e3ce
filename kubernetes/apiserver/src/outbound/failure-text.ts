/** Why a connection failed, in the words people search for. */
import { isIPv6 } from "node:net";

interface NetworkError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly errors?: readonly Error[];
  /** The name that was wanted, and the certificate that lacks it. */
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
}

const UNKNOWN_AUTHORITY = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
]);

/** The text of an error of `node:net`, `node:tls` or `node:http`. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = "", address, port, hostname, errors, message } = error as NetworkError;
  if (errors?.[0]) return failureText(errors[0]);
  const to = address === undefined ? "" : `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  const dial = (why: string) => `dial tcp ${to}: connect: ${why}`;
  if (UNKNOWN_AUTHORITY.has(code)) return verification("certificate signed by unknown authority");
  switch (code) {
    case "ECONNREFUSED":
      return dial("connection refused");
    case "EHOSTUNREACH":
      return dial("no route to host");
    case "ENETUNREACH":
      return dial("network is unreachable");
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `dial tcp: lookup ${hostname ?? ""}: no such host`;
    case "ETIMEDOUT":
      return `dial tcp ${to}: i/o timeout`;
    case "ECONNRESET":
      return "EOF";
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return verification("certificate has expired or is not yet valid");
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return verification(wrongName(error as NetworkError));
    case "EPROTO":
      return "http: server gave HTTP response to HTTPS client";
  }
  return message;
}

function verification(why: string): string {
  return `tls: failed to verify certificate: x509: ${why}`;
}

function wrongName({ host = "", cert }: NetworkError): string {
  const names = (cert?.subjectaltname ?? "").split(", ").flatMap((name) => name.split(":", 2).slice(1));
  if (names.length === 0) return `certificate is not valid for any names, but wanted to match ${host}`;
  return `certificate is valid for ${names.join(", ")}, not ${host}`;
}
