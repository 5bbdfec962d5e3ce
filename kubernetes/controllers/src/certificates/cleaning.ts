/** Deletes CertificateSigningRequests that are settled, forgotten or run out. Owns nothing. */
import { X509Certificate } from "node:crypto";
import { isNotFound } from "@skiff/api";
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { certificateSigningRequests } from "@skiff/api/resources";
import { type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { conditionOf } from "./conditions.ts";

const HOUR_MS = 3_600_000;
const SETTLED_MS = HOUR_MS;
const PENDING_MS = 24 * HOUR_MS;

export function certificateCleaningController({ client, informers, clock }: ControllerDeps): Reconciler {
  const informer = informers.for(certificateSigningRequests);
  return {
    name: "csrcleaning",
    watches: [self(informer)],
    async reconcile(key, signal) {
      const request = informer.cache.get(key);
      if (!request) return;
      const left = endOf(request) - clock.now();
      if (left > 0) return { requeueAfterMs: Math.min(left, HOUR_MS) };
      await client.delete(certificateSigningRequests, request.metadata, { signal }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    },
  };
}

/** When a request is no longer of use, in milliseconds since 1970. */
export function endOf(request: CertificateSigningRequest): number {
  const settled = conditionOf(request, "Denied") ?? conditionOf(request, "Failed") ?? conditionOf(request, "Approved");
  const created = Date.parse(request.metadata.creationTimestamp ?? "");
  const since = Date.parse(settled?.lastUpdateTime ?? settled?.lastTransitionTime ?? "") || created;
  const { certificate } = request.status ?? {};
  if (settled && (certificate || settled.type !== "Approved")) {
    const end = since + SETTLED_MS;
    return certificate ? Math.min(end, expiryOf(certificate) ?? end) : end;
  }
  return created + PENDING_MS;
}

function expiryOf(certificate: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(Buffer.from(certificate, "base64")).validTo);
  } catch (error) {
    // Signers of other kinds may put in what they like: such a request goes with its age.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
