/** Where an etcd cluster is and how to be let in. Certificates and keys are PEM. */
export interface EtcdOptions {
  /** `host:port` of each member to use; the next one is tried when one does not answer. */
  readonly endpoints: readonly string[];
  /** All keys are kept under it, so that several users can share a cluster. Begins with "/", does not end with it. */
  readonly prefix: string;
  /** Present when the members speak TLS. */
  readonly tls?: {
    /** The authorities that may have signed the members' certificates; the system's when missing. */
    readonly ca?: Buffer;
    /** A client certificate with its key. */
    readonly cert?: Buffer;
    readonly key?: Buffer;
  };
  /** For clusters with authentication on. */
  readonly user?: { readonly name: string; readonly password: string };
  readonly log: EtcdLog;
  /** How long a call may take with all its attempts, in ms; 20 s when missing. */
  readonly patienceMs?: number;
}

/** Where failures that are got over are noted. */
export interface EtcdLog {
  warn(message: string, fields?: Record<string, unknown>): void;
}
