import type { TLSSocket } from "node:tls";
import type { User } from "../call.ts";

/** The user a verified client certificate names: the common name, with each organization as a group. */
export function certificateUser(socket: TLSSocket): User | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  if (!subject?.CN) return undefined;
  const organizations: string | string[] | undefined = subject.O;
  const groups = organizations === undefined ? [] : Array.isArray(organizations) ? organizations : [organizations];
  return { name: Array.isArray(subject.CN) ? String(subject.CN[0]) : subject.CN, groups };
}
