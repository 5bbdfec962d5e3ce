import type { NetworkAttachment } from "@skiff/engine";
import type { Reader } from "../http/reader.ts";

/** How a container is to be in a network: an EndpointSettings of the API. */
export function attachment(network: string, settings: Reader): NetworkAttachment {
  const address = settings.object("IPAMConfig").text("IPv4Address") || undefined;
  const aliases = [...(settings.strings("Aliases") ?? []), ...(settings.strings("DNSNames") ?? [])];
  const links = (settings.strings("Links") ?? []).map((text) => {
    const [container = "", alias = container] = text.split(":");
    return { container, alias };
  });
  return {
    network,
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(links.length > 0 ? { links } : {}),
    ...(address === undefined ? {} : { address }),
  };
}
