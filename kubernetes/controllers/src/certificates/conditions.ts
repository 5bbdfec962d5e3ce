import type { CertificateSigningRequest, CertificateSigningRequestCondition } from "@skiff/api/certificates/v1";

/** The request's condition of this type, when it holds. */
export function conditionOf(
  { status }: CertificateSigningRequest,
  type: "Approved" | "Denied" | "Failed",
): CertificateSigningRequestCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type && condition.status !== "False");
}
