/** CertificateSigning: who issues a certificate, or says why not, has to have the right for the request's signer. */
import { isDeepStrictEqual } from "node:util";
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { certificateSigningRequests } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import { mayActForSigner } from "../certificate-signer.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { subresource } from "../targets.ts";

/** The plugin. */
export function certificateSigning({ authorizer }: Pick<AdmissionDeps, "authorizer">): AdmissionPlugin {
  return {
    name: "CertificateSigning",
    concerns: subresource(certificateSigningRequests, "status", "UPDATE"),
    async validate(request) {
      const old = request.old as unknown as CertificateSigningRequest;
      const { status } = request.object as unknown as CertificateSigningRequest;
      const sameConditions = isDeepStrictEqual(old.status?.conditions ?? [], status?.conditions ?? []);
      if ((old.status?.certificate ?? "") === (status?.certificate ?? "") && sameConditions) return;
      const { signerName } = old.spec;
      if (await mayActForSigner(authorizer, request.user, "sign", signerName)) return;
      throw refusal(request, `user not permitted to sign requests with signerName "${signerName}"`);
    },
  };
}
