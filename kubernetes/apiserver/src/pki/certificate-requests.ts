import "reflect-metadata"; // what @peculiar/x509 needs to have been loaded before it
import { randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { KeyPair } from "./authority.ts";
import { importSigningKey } from "./keys.ts";

/** Whom a certificate request (PKCS #10) names. */
export interface RequestedSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

/** Issues certificates for keys that stay with those who ask. */
export interface RequestSigner {
  /** Reads a request. Throws when it is none, or is not signed with its own key. */
  subjectOf(pem: string): Promise<RequestedSubject>;
  /** The certificate for a request, in PEM; `usages` as in certificates.k8s.io. It ends with the authority at the latest. */
  sign(
    pem: string,
    o: { readonly usages: readonly string[]; readonly seconds: number; readonly now: number },
  ): Promise<string>;
}

const KEY_USAGES: Readonly<Record<string, KeyUsageFlags>> = {
  signing: KeyUsageFlags.digitalSignature,
  "digital signature": KeyUsageFlags.digitalSignature,
  "content commitment": KeyUsageFlags.nonRepudiation,
  "key encipherment": KeyUsageFlags.keyEncipherment,
  "data encipherment": KeyUsageFlags.dataEncipherment,
  "key agreement": KeyUsageFlags.keyAgreement,
};
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  "client auth": ExtendedKeyUsage.clientAuth,
  "server auth": ExtendedKeyUsage.serverAuth,
  "code signing": ExtendedKeyUsage.codeSigning,
  "email protection": ExtendedKeyUsage.emailProtection,
  timestamping: ExtendedKeyUsage.timeStamping,
  "ocsp signing": ExtendedKeyUsage.ocspSigning,
};
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
/** Clocks of machines differ: a certificate is valid from a little before it was made. */
const SKEW_MS = 5 * 60 * 1000;

/** The signer of an authority kept in two PEM texts (ECDSA P-256). */
export async function createRequestSigner(authority: KeyPair): Promise<RequestSigner> {
  const certificate = new X509Certificate(authority.cert);
  const signingKey = await importSigningKey(authority.key);
  const authorityId = await AuthorityKeyIdentifierExtension.create(certificate.publicKey, false, webcrypto);
  return {
    async subjectOf(pem) {
      const request = await verified(pem);
      const names = alternatives(request)?.names.toJSON() ?? [];
      const ofType = (type: string) => names.filter((name) => name.type === type).map(({ value }) => String(value));
      return {
        commonName: request.subjectName.getField("CN")[0] ?? "",
        organizations: request.subjectName.getField("O"),
        dnsNames: ofType("dns"),
        ipAddresses: ofType("ip"),
        emailAddresses: ofType("email"),
        uris: ofType("url"),
      };
    },
    async sign(pem, { usages, seconds, now }) {
      const request = await verified(pem);
      const until = Math.min(now + seconds * 1000, certificate.notAfter.getTime());
      const flags = usages.reduce((sum, usage) => sum | (KEY_USAGES[usage] ?? 0), 0);
      const extended = usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []);
      const names = alternatives(request);
      const extensions: Extension[] = [
        ...(flags === 0 ? [] : [new KeyUsagesExtension(flags, true)]),
        ...(extended.length === 0 ? [] : [new ExtendedKeyUsageExtension(extended)]),
        new BasicConstraintsExtension(false, undefined, true),
        authorityId,
        ...(names ? [names] : []),
      ];
      const issued = await X509CertificateGenerator.create(
        {
          serialNumber: serial(),
          subject: request.subjectName.toJSON(),
          issuer: certificate.subject,
          notBefore: new Date(now - SKEW_MS),
          notAfter: new Date(until),
          signingAlgorithm: SIGNING,
          publicKey: request.publicKey,
          signingKey,
          extensions,
        },
        webcrypto,
      );
      return `${issued.toString("pem")}\n`;
    },
  };
}

async function verified(pem: string): Promise<Pkcs10CertificateRequest> {
  const request = new Pkcs10CertificateRequest(pem);
  if (!(await request.verify(webcrypto))) throw new Error("the request is not signed with its own key");
  return request;
}

function alternatives(request: Pkcs10CertificateRequest): SubjectAlternativeNameExtension | undefined {
  return request.extensions.find((extension) => extension instanceof SubjectAlternativeNameExtension);
}

// A positive 127-bit number: RFC 5280 allows 20 octets, and a leading 1 bit would make it negative.
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}
