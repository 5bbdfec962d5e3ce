/** Whom a certificate request names. */
export interface RequestedSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

/** Issues certificates in the name of the cluster's authority. Both throw for what is no certificate request. */
export interface CertificateSigner {
  subjectOf(pem: string): Promise<RequestedSubject>;
  sign(
    pem: string,
    o: { readonly usages: readonly string[]; readonly seconds: number; readonly now: number },
  ): Promise<string>;
}

/** The PEM text of a CertificateSigningRequest's `spec.request`. */
export function requestPem(request: string | undefined): string {
  return Buffer.from(request ?? "", "base64").toString();
}
