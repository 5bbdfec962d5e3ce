/** Approves what kubelets ask for about themselves, where roles allow it. Writes conditions of CertificateSigningRequests; owns nothing. */
import type { SubjectAccessReview } from "@skiff/api/authorization/v1";
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { certificateSigningRequests, subjectAccessReviews } from "@skiff/api/resources";
import { type Client, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { conditionOf } from "./conditions.ts";
import { type RequestedSubject, requestPem } from "./signer.ts";
import { kubeletClientSigner, refusalOf } from "./signer-rules.ts";

export function certificateApprovingController({ client, informers, clock, certificates }: ControllerDeps): Reconciler {
  const informer = informers.for(certificateSigningRequests);
  return {
    name: "csrapproving",
    watches: [self(informer)],
    async reconcile(key, signal) {
      const request = informer.cache.get(key);
      if (!certificates || !request || request.spec.signerName !== kubeletClientSigner) return;
      if (conditionOf(request, "Approved") || conditionOf(request, "Denied")) return;
      const subject = await certificates.subjectOf(requestPem(request.spec.request)).catch(() => undefined);
      if (!subject || refusalOf(kubeletClientSigner, subject, request.spec.usages ?? []) !== undefined) return;
      const message = await approvalOf(client, request, subject, signal);
      if (message === undefined) return;
      const now = new Date(clock.now()).toISOString();
      const approved = {
        type: "Approved",
        status: "True",
        reason: "AutoApproved",
        message,
        lastUpdateTime: now,
        lastTransitionTime: now,
      };
      const { resourceVersion } = request.metadata;
      const conditions = [...(request.status?.conditions ?? []), approved];
      const patch = { metadata: { resourceVersion }, status: { conditions } };
      await client.patch(certificateSigningRequests, key, patch, { type: "merge", subresource: "approval", signal });
    },
  };
}

/** What the approval says, or undefined where the asker may not have it. */
async function approvalOf(
  client: Client,
  request: CertificateSigningRequest,
  { commonName }: RequestedSubject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = request.spec.username === commonName;
  const rights = [
    ...(own ? [["selfnodeclient", "Auto approving self kubelet client certificate after SubjectAccessReview."]] : []),
    ["nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview."],
  ] as const;
  for (const [subresource = "", message] of rights) {
    const { username: user, uid, groups, extra } = request.spec;
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: { name: "" },
      spec: {
        user,
        uid,
        groups,
        extra,
        resourceAttributes: {
          group: "certificates.k8s.io",
          resource: "certificatesigningrequests",
          verb: "create",
          version: "*",
          subresource,
        },
      },
    } satisfies SubjectAccessReview;
    const { status } = await client.create(subjectAccessReviews, review, { signal });
    if (status?.allowed) return message;
  }
  return undefined;
}
