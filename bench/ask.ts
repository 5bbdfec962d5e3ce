/** Single requests to a served API, for what a benchmark prepares. */
import { once } from "node:events";
import { Agent, request } from "node:https";
import type { Served } from "./served.ts";

/** Sends one request with the administrator's certificate and gives the answer's body. Rejects for every status from 300. */
export type Ask = (method: string, path: string, body?: object, accept?: string) => Promise<Buffer>;

/** Requests to a served API. */
export function asker({ api, ca, cert, key }: Served): Ask {
  const agent = new Agent({ keepAlive: true, maxSockets: 50, ca, cert, key });
  return async (method, path, body, accept = "application/json") => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const length = sent === undefined ? {} : { "content-length": String(Buffer.byteLength(sent)) };
    const headers = { accept, "content-type": "application/json", ...length };
    const asking = request(`${api}${path}`, { method, agent, headers });
    asking.end(sent);
    const [response] = await once(asking, "response");
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece);
    const answer = Buffer.concat(pieces);
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${answer}`);
    return answer;
  };
}

/** A token of an account with that cluster role: `h2load` brings no certificate. */
export async function tokenWithRole(ask: Ask, role: string): Promise<string> {
  const group = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  const roleRef = { apiGroup: group, kind: "ClusterRole", name: role };
  const bindings = `/apis/${group}/v1/clusterrolebindings`;
  await ask("POST", bindings, { metadata: { name: `bench-${role}` }, roleRef, subjects });
  const answer = await ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", { spec: {} });
  return JSON.parse(answer.toString()).status.token;
}
