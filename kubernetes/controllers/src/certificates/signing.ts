/** Signs approved CertificateSigningRequests for the kubernetes.io signers. Writes their status; owns nothing. */
import { certificateSigningRequests } from "@skiff/api/resources";
import { type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { conditionOf } from "./conditions.ts";
import { requestPem } from "./signer.ts";
import { isOwnSigner, refusalOf } from "./signer-rules.ts";

const YEAR_SECONDS = 365 * 24 * 3600;

export function certificateSigningController({ client, informers, clock, certificates }: ControllerDeps): Reconciler {
  const informer = informers.for(certificateSigningRequests);
  return {
    name: "csrsigning",
    watches: [self(informer)],
    async reconcile(key, signal) {
      const request = informer.cache.get(key);
      if (!certificates || !request || !isOwnSigner(request.spec.signerName)) return;
      if (request.status?.certificate || conditionOf(request, "Failed") || conditionOf(request, "Denied")) return;
      if (!conditionOf(request, "Approved")) return;
      const { usages = [], signerName, expirationSeconds = YEAR_SECONDS } = request.spec;
      const pem = requestPem(request.spec.request);
      const subject = await certificates.subjectOf(pem).catch((error: Error) => error);
      const refusal = subject instanceof Error ? subject.message : refusalOf(signerName, subject, usages);
      const { metadata, status } = request;
      if (refusal !== undefined) {
        const now = new Date(clock.now()).toISOString();
        const failed = {
          type: "Failed",
          status: "True",
          reason: "SignerValidationFailure",
          message: refusal,
          lastUpdateTime: now,
          lastTransitionTime: now,
        };
        const conditions = [...(status?.conditions ?? []), failed];
        await client.updateStatus(
          certificateSigningRequests,
          { ...request, status: { ...status, conditions } },
          { signal },
        );
        return;
      }
      const seconds = Math.min(expirationSeconds, YEAR_SECONDS);
      const certificate = await certificates.sign(pem, { usages, seconds, now: clock.now() });
      const signed = { ...status, certificate: Buffer.from(certificate).toString("base64") };
      await client.updateStatus(certificateSigningRequests, { ...request, metadata, status: signed }, { signal });
    },
  };
}
