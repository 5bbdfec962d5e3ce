/** Kubeconfig files that name a webhook: where it is, whom to trust, and how to prove who asks. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseYaml } from "@skiff/api/server";

/** A remote server and how to speak to it. */
export interface RemoteServer {
  readonly url: string;
  /** PEM; the system's authorities when missing. */
  readonly ca?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly serverName?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Read for every request: token files are renewed. */
  readonly token?: (() => string) | undefined;
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user?: string };
  }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: Readonly<Record<string, unknown>> }[];
  readonly users?: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[];
}

/** The server of the file's current context. Throws, naming the file, when it is not one we can speak to. */
export function readRemoteServer(path: string): RemoteServer {
  const config = parseYaml(readFileSync(path, "utf8")).value as Kubeconfig | null;
  const fail = (why: string): never => {
    throw new Error(`${path}: ${why}`);
  };
  const name = config?.["current-context"] ?? "";
  const context = config?.contexts?.find((candidate) => candidate.name === name)?.context;
  if (!context) return fail(`the current context ${JSON.stringify(name)} is not there`);
  const cluster = config?.clusters?.find((candidate) => candidate.name === context.cluster)?.cluster;
  if (!cluster) return fail(`the cluster ${JSON.stringify(context.cluster)} is not there`);
  const user = config?.users?.find((candidate) => candidate.name === context.user)?.user ?? {};
  for (const unsupported of ["exec", "auth-provider"]) {
    if (user[unsupported] !== undefined) return fail(`users with ${unsupported} are not supported`);
  }
  const text = (from: Readonly<Record<string, unknown>>, key: string) =>
    typeof from[key] === "string" ? from[key] : undefined;
  const material = (from: Readonly<Record<string, unknown>>, key: string) => {
    const data = text(from, `${key}-data`);
    if (data !== undefined) return Buffer.from(data, "base64").toString();
    const file = text(from, key);
    return file === undefined ? undefined : readFileSync(resolve(dirname(path), file), "utf8");
  };
  const url = text(cluster, "server");
  if (url === undefined || !/^https?:\/\//.test(url))
    return fail("the cluster has no server with an http or https URL");
  const tokenFile = text(user, "tokenFile");
  const token = text(user, "token");
  return {
    url,
    ca: material(cluster, "certificate-authority"),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    serverName: text(cluster, "tls-server-name"),
    cert: material(user, "client-certificate"),
    key: material(user, "client-key"),
    token: tokenFile
      ? () => readFileSync(resolve(dirname(path), tokenFile), "utf8").trim()
      : token === undefined
        ? undefined
        : () => token,
  };
}
