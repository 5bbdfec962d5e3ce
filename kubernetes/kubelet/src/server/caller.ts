import type { TLSSocket } from "node:tls";
import { HttpError } from "./http-error.ts";

const API_SERVER = "kube-apiserver-kubelet-client";
const ADMINISTRATORS = "system:masters";

/**
 * Lets through who shows a certificate of the cluster's authority that is the API server's, or an administrator's: whoever calls may
 * run commands in every Pod of the node. Throws an HttpError, 401 or 403, for everybody else.
 */
export function authorize(socket: TLSSocket): void {
  const { subject } = socket.getPeerCertificate();
  if (!socket.authorized || !subject) throw new HttpError(401, "Unauthorized");
  const names = [subject.CN].flat();
  const groups = [subject.O].flat();
  if (names.includes(API_SERVER) || groups.includes(ADMINISTRATORS)) return;
  throw new HttpError(403, `Forbidden (user=${names.join()})`);
}
