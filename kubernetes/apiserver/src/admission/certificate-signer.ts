import type { Authorizer } from "../authorization/authorizer.ts";
import type { User } from "../call.ts";

/** Whether the user may `approve` or `sign` for a signer: by its full name, or by `domain/*`. */
export async function mayActForSigner(
  authorizer: Pick<Authorizer, "authorize">,
  user: User,
  verb: "approve" | "sign" | "attest",
  signerName: string,
): Promise<boolean> {
  for (const name of [signerName, `${signerName.split("/", 1)[0]}/*`]) {
    const decision = await authorizer.authorize(user, {
      isResource: true,
      verb,
      path: "",
      group: "certificates.k8s.io",
      version: "*",
      namespace: "",
      plural: "signers",
      subresource: "",
      name,
    });
    if (decision.allowed) return true;
  }
  return false;
}
