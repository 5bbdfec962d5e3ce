/** CertificateSubjectRestriction: nobody becomes an administrator of the cluster by asking for a certificate. */
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { certificateSigningRequests } from "@skiff/api/resources";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import { refusal } from "../refusal.ts";
import { whole } from "../targets.ts";

const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

/** The plugin. */
export function certificateSubjectRestriction(): AdmissionPlugin {
  return {
    name: "CertificateSubjectRestriction",
    concerns: whole(certificateSigningRequests, "CREATE"),
    async validate(request) {
      const { spec } = request.object as unknown as CertificateSigningRequest;
      if (spec.signerName !== CLIENT_SIGNER) return;
      if (!(await organizationsOf(request, spec.request)).includes("system:masters")) return;
      throw refusal(request, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`);
    },
  };
}

// Loaded when first needed: reading certificates takes a large library, and few clusters ever ask for one this way.
async function organizationsOf(request: AdmissionRequest, base64: string): Promise<readonly string[]> {
  await import("reflect-metadata"); // what @peculiar/x509 needs to have been loaded before it
  const { Pkcs10CertificateRequest } = await import("@peculiar/x509");
  try {
    const pem = Buffer.from(base64, "base64").toString("latin1");
    return new Pkcs10CertificateRequest(pem).subjectName.getField("O");
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw refusal(request, `failed to parse CSR: ${error.message}`);
  }
}
