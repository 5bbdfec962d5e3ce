/** The datastore as `--datastore` names it. Paths are of files: what is secret is never in an argument. */
export type Datastore = { readonly type: "sqlite" } | EtcdDatastore;

/** An etcd cluster others may use as well. */
export interface EtcdDatastore {
  readonly type: "etcd";
  readonly endpoints: readonly string[];
  /** What all keys begin with. */
  readonly prefix: string;
  readonly tls: boolean;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
}

const FORM = "etcd://[USER@]HOST:PORT[,HOST:PORT…][/PREFIX][?ca=FILE&cert=FILE&key=FILE&password-file=FILE&tls=true]";
const OPTIONS = new Set(["ca", "cert", "key", "password-file", "tls"]);
const DEFAULT_PREFIX = "/skiff";
const DEFAULT_PORT = "2379";

/** Reads `sqlite` or an etcd URL; `tls` is on as soon as `ca`, `cert` or `tls=true` is given. Throws with what is wrong. */
export function parseDatastore(text: string): Datastore {
  if (text === "sqlite") return { type: "sqlite" };
  const parts = /^etcd:\/\/(?:([^@/?]*)@)?([^/?]+)(\/[^?]*)?(?:\?(.*))?$/.exec(text);
  if (!parts) throw new Error(`cannot read the datastore "${withoutPassword(text)}": it is "sqlite" or ${FORM}`);
  const [, user, hosts = "", path = "", query = ""] = parts;
  if (user?.includes(":")) {
    throw new Error(
      "a password on the command line can be read by every user of this machine: give the datastore " +
        "?password-file=FILE, or set SKIFF_DATASTORE_PASSWORD",
    );
  }
  const options = new URLSearchParams(query);
  for (const name of options.keys()) {
    if (!OPTIONS.has(name))
      throw new Error(`the datastore has no option "${name}": there are ${[...OPTIONS].join(", ")}`);
  }
  const option = (name: string): string | undefined => options.get(name) || undefined;
  const [ca, cert, key] = ["ca", "cert", "key"].map(option);
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error("a client certificate for the datastore needs both cert=FILE and key=FILE");
  }
  return {
    type: "etcd",
    endpoints: hosts.split(",").map(endpointOf),
    prefix: path.replace(/\/+$/, "") || DEFAULT_PREFIX,
    tls: ca !== undefined || cert !== undefined || option("tls") === "true",
    ca,
    cert,
    key,
    user: user ? decodeURIComponent(user) : undefined,
    passwordFile: option("password-file"),
  };
}

function endpointOf(text: string): string {
  const parts = /^(\[[0-9a-fA-F:]+\]|[^:[\]]+)(?::(\d+))?$/.exec(text);
  const [, host, port = DEFAULT_PORT] = parts ?? [];
  if (host === undefined || Number(port) > 65535) throw new Error(`"${text}" is not the address of an etcd member`);
  return `${host}:${port}`;
}

function withoutPassword(text: string): string {
  return text.replace(/:[^:@/]*@/, ":…@");
}
