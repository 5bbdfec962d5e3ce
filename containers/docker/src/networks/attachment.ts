import type { NetworkAttachment } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";
import type { Reader } from "../http/reader.ts";

const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** How a container is to be in a network: an EndpointSettings of the API. `otherwise` is a hardware address for one that names none. */
export function attachment(network: string, settings: Reader, otherwise = ""): NetworkAttachment {
  const address = settings.object("IPAMConfig").text("IPv4Address") || undefined;
  const mac = settings.text("MacAddress") || otherwise;
  if (mac !== "" && !MAC.test(mac)) throw new DockerError(400, `invalid MAC address: ${mac}`);
  const hardwareAddress = mac === "" ? undefined : mac.toLowerCase();
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
    ...(hardwareAddress === undefined ? {} : { hardwareAddress }),
  };
}
