import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { User } from "../call.ts";

/** Whom a connection's client certificate makes its client. */
export interface PeerIdentity {
  /** The user the certificate names: the common name, with each organization as a group. */
  readonly certificateUser: User | undefined;
  /** The common name of a front proxy's certificate. */
  readonly frontProxy: string | undefined;
}

/** Which authorities make users, and which front proxies. PEM. */
export interface PeerTrust {
  readonly clientCa: string;
  readonly requestHeaderCa?: string | undefined;
}

const NOBODY: PeerIdentity = { certificateUser: undefined, frontProxy: undefined };

/** Reads the certificates of connections, which TLS has checked against all the authorities together. */
export function peerIdentities({ clientCa, requestHeaderCa }: PeerTrust): (socket: TLSSocket) => PeerIdentity {
  const clients = fingerprints(clientCa);
  const proxies = requestHeaderCa === undefined ? undefined : fingerprints(requestHeaderCa);
  return (socket) => {
    if (!socket.authorized) return NOBODY;
    if (!proxies) return { certificateUser: userOf(socket.getPeerCertificate()), frontProxy: undefined };
    const certificate = socket.getPeerCertificate(true);
    const issuers = issuersOf(certificate);
    return {
      certificateUser: issuers.some((issuer) => clients.has(issuer)) ? userOf(certificate) : undefined,
      frontProxy: issuers.some((issuer) => proxies.has(issuer)) ? commonName(certificate) : undefined,
    };
  };
}

type Subject = Pick<DetailedPeerCertificate, "subject" | "fingerprint256">;

function userOf(certificate: Subject): User | undefined {
  const name = commonName(certificate);
  if (!name) return undefined;
  const organizations: string | string[] | undefined = certificate.subject.O;
  const groups = organizations === undefined ? [] : Array.isArray(organizations) ? organizations : [organizations];
  const fingerprint = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
  return { name, groups, extra: { "authentication.kubernetes.io/credential-id": [`X509SHA256=${fingerprint}`] } };
}

function commonName({ subject }: Subject): string | undefined {
  const name: string | string[] | undefined = subject?.CN;
  return Array.isArray(name) ? name[0] : name;
}

function issuersOf(certificate: DetailedPeerCertificate): string[] {
  const found: string[] = [];
  let at: DetailedPeerCertificate | undefined = certificate;
  while (at?.fingerprint256 && !found.includes(at.fingerprint256)) {
    found.push(at.fingerprint256);
    at = at.issuerCertificate;
  }
  return found;
}

function fingerprints(pem: string): ReadonlySet<string> {
  const all = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return new Set(all.map((one) => new X509Certificate(one).fingerprint256));
}
