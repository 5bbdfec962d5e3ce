/** Who asks for a certificate: written into the request by the server, whatever the client put there. */
import type { ResourceInfo } from "@skiff/api";
import { certificateSigningRequests } from "@skiff/api/resources";
import type { Call } from "../call.ts";
import type { Draft } from "../state/api-object.ts";

/** Puts the user of the call into the spec of a new CertificateSigningRequest. Does nothing to other kinds. */
export function stampRequester(info: ResourceInfo, draft: Draft, { user }: Pick<Call, "user">): void {
  if (info.typeName !== certificateSigningRequests.typeName) return;
  const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...rest } = draft.spec as Record<string, unknown>;
  draft.spec = {
    ...rest,
    ...(user.name && { username: user.name }),
    ...(user.uid && { uid: user.uid }),
    ...(user.groups.length > 0 && { groups: [...user.groups] }),
    ...(user.extra && Object.keys(user.extra).length > 0 && { extra: user.extra }),
  };
}
