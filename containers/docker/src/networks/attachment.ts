import type { NetworkAttachment } from "@skiff/engine";
import type { Reader } from "../http/reader.ts";

/** How a container is to be in a network: an EndpointSettings of the API. */
export function attachment(network: string, settings: Reader): NetworkAttachment {
  const address = settings.object("IPAMConfig").text("IPv4Address") || undefined;
  const aliases = [...(settings.strings("Aliases") ?? []), ...(settings.strings("DNSNames") ?? [])];
  return { network, ...(aliases.length > 0 ? { aliases } : {}), ...(address === undefined ? {} : { address }) };
}
