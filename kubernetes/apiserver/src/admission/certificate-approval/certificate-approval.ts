/** CertificateApproval: who approves or denies a request has to have the right for its signer. */
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { certificateSigningRequests } from "@skiff/api/resources";
import type { AdmissionPlugin } from "../admission.ts";
import { mayActForSigner } from "../certificate-signer.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { subresource } from "../targets.ts";

/** The plugin. */
export function certificateApproval({ authorizer }: Pick<AdmissionDeps, "authorizer">): AdmissionPlugin {
  return {
    name: "CertificateApproval",
    concerns: subresource(certificateSigningRequests, "approval", "UPDATE"),
    async validate(request) {
      const { signerName } = (request.object as unknown as CertificateSigningRequest).spec;
      if (await mayActForSigner(authorizer, request.user, "approve", signerName)) return;
      throw refusal(request, `user not permitted to approve requests with signerName "${signerName}"`);
    },
  };
}
