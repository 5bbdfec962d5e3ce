import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { type ChannelCredentials, Client, credentials } from "@grpc/grpc-js";
import type { EtcdOptions } from "./etcd-options.ts";

/** A gRPC client of one member. Connects on first use, and again whenever it is used after the connection broke. */
export function clientOf(endpoint: string, { tls }: EtcdOptions): Client {
  return new Client(endpoint, tls ? secure(endpoint, tls) : credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    // A member that is gone without a word is noticed after this.
    "grpc.keepalive_time_ms": 10_000,
    "grpc.keepalive_timeout_ms": 5000,
    "grpc.initial_reconnect_backoff_ms": 50,
    "grpc.min_reconnect_backoff_ms": 50,
    "grpc.max_reconnect_backoff_ms": 1000,
    // Which attempts are safe to repeat is decided here, not by the channel.
    "grpc.enable_retries": 0,
    ...(addressIn(endpoint) !== undefined && { "grpc.ssl_target_name_override": NAME_OF_AN_ADDRESS }),
  });
}

/** gRPC sends the host as TLS server name, which must not be an address: those get this one, and are checked here. */
const NAME_OF_AN_ADDRESS = "etcd";

function secure(endpoint: string, tls: NonNullable<EtcdOptions["tls"]>): ChannelCredentials {
  const address = addressIn(endpoint);
  const verify =
    address === undefined
      ? {}
      : { checkServerIdentity: (_name: string, cert: PeerCertificate) => checkServerIdentity(address, cert) };
  return credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null, verify);
}

/** The host of an endpoint when it is an IP address. */
function addressIn(endpoint: string): string | undefined {
  const host = endpoint.slice(0, endpoint.lastIndexOf(":")).replace(/^\[|\]$/g, "");
  return isIP(host) === 0 ? undefined : host;
}
