import type { Transport } from "@skiff/api";
import { endpointSlices, services } from "@skiff/api/resources";
import { ownAddress } from "./own-address.ts";

/** Makes a Service without a selector, and the slice that has it lead to `port` of this machine. */
export async function serveBehindService(
  transport: Transport,
  o: { readonly namespace: string; readonly name: string; readonly port: number },
): Promise<void> {
  const { namespace, name, port } = o;
  const spec = { ports: [{ name: "https", port: 443, protocol: "TCP" }] };
  await transport.call({ verb: "create", resource: services, namespace, body: { metadata: { name }, spec } });
  const slice = {
    metadata: { name: `${name}-1`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: [{ addresses: [ownAddress()], conditions: { ready: true } }],
    ports: [{ name: "https", port, protocol: "TCP" }],
  };
  await transport.call({ verb: "create", resource: endpointSlices, namespace, body: slice });
}
