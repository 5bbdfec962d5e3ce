import "reflect-metadata"; // what @peculiar/x509 needs to have been loaded before it
import { randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { exportKey, generateKeys, importSigningKey } from "./keys.ts";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is for: `cn` is the user name of a client, each of `o` one of its groups. */
export interface CertificateRequest {
  readonly cn: string;
  readonly o?: readonly string[] | undefined;
  /** DNS names and IP addresses a server answers under. */
  readonly sans?: readonly string[] | undefined;
  readonly usages: readonly ("client" | "server")[];
  /** Days until it expires; 365 when missing, never beyond the authority's own end. */
  readonly days?: number | undefined;
}

/** A certificate authority: its certificate to trust, and the power to issue. */
export interface Authority extends KeyPair {
  issue(request: CertificateRequest): Promise<KeyPair>;
}

const DAY_MS = 24 * 3600 * 1000;
const AUTHORITY_DAYS = 3650;
/** Clocks of machines differ: a certificate is valid from a little before it was made. */
const SKEW_MS = 5 * 60 * 1000;

/** A new self-signed authority (ECDSA P-256) named `cn`. */
export async function createAuthority(o: { readonly cn: string; readonly now?: number }): Promise<Authority> {
  const now = o.now ?? Date.now();
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serial(),
      name: distinguishedName(o.cn, []),
      notBefore: new Date(now - SKEW_MS),
      notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS),
      signingAlgorithm: SIGNING,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(
          KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature,
          true,
        ),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  return loadAuthority({ cert: `${certificate.toString("pem")}\n`, key: await exportKey(keys.privateKey) });
}

/** The authority kept in two PEM texts. Throws when they are not a P-256 certificate and its key. */
export async function loadAuthority(pair: KeyPair): Promise<Authority> {
  const certificate = new X509Certificate(pair.cert);
  const signingKey = await importSigningKey(pair.key);
  const keyId = await AuthorityKeyIdentifierExtension.create(certificate.publicKey, false, webcrypto);
  return {
    cert: pair.cert,
    key: pair.key,
    async issue(request) {
      const keys = await generateKeys();
      const now = Date.now();
      const until = Math.min(now + (request.days ?? 365) * DAY_MS, certificate.notAfter.getTime());
      const issued = await X509CertificateGenerator.create(
        {
          serialNumber: serial(),
          subject: distinguishedName(request.cn, request.o ?? []),
          issuer: certificate.subject,
          notBefore: new Date(now - SKEW_MS),
          notAfter: new Date(until),
          signingAlgorithm: SIGNING,
          publicKey: keys.publicKey,
          signingKey,
          extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
            new ExtendedKeyUsageExtension(request.usages.map((usage) => EXTENDED_USAGE[usage])),
            keyId,
            ...subjectAlternatives(request.sans ?? []),
          ],
        },
        webcrypto,
      );
      return { cert: `${issued.toString("pem")}\n`, key: await exportKey(keys.privateKey) };
    },
  };
}

const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const EXTENDED_USAGE = { client: ExtendedKeyUsage.clientAuth, server: ExtendedKeyUsage.serverAuth };

// A positive 127-bit number: RFC 5280 allows 20 octets, and a leading 1 bit would make it negative.
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function distinguishedName(cn: string, organizations: readonly string[]): Record<string, string[]>[] {
  return [...organizations.map((o) => ({ O: [o] })), { CN: [cn] }];
}

function subjectAlternatives(sans: readonly string[]): SubjectAlternativeNameExtension[] {
  if (sans.length === 0) return [];
  return [new SubjectAlternativeNameExtension(sans.map((value) => ({ type: isAddress(value) ? "ip" : "dns", value })))];
}

function isAddress(san: string): boolean {
  return san.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(san);
}
