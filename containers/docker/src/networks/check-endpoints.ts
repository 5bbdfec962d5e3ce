/** Whether a container can have the addresses it asks for. */
import type { Engine } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";
import type { Reader } from "../http/reader.ts";
import { isOwn, knownNetworks } from "./network-shape.ts";

/** Looks at the endpoints of a create request, those in networks that there are. Throws 400 that names all that is wrong with one. */
export function checkEndpoints(engine: Engine, endpoints: Reader): void {
  const known = knownNetworks(engine);
  for (const [asked] of endpoints.entries()) {
    const name = asked === "default" ? "bridge" : asked;
    const network = known.find(({ id, name: own }) => own === name || id === name);
    const address = endpoints.object(asked).object("IPAMConfig").text("IPv4Address") ?? "";
    if (network === undefined || address === "") continue;
    const wrong = [
      ...(isOwn(network) ? [] : ["user specified IP address is supported on user defined networks only"]),
      ...(isOwn(network) && !network.isChosen
        ? []
        : ["user specified IP address is supported only when connecting to networks with user configured subnets"]),
      ...(isOwn(network) && !network.isChosen && !isWithin(address, network.subnet ?? "")
        ? [`no configured subnet or ip-range contain the IP address ${address}`]
        : []),
    ];
    if (wrong.length === 0) continue;
    const list = wrong.length === 1 ? wrong : wrong.map((each) => `* ${each}`);
    throw new DockerError(400, `invalid config for network ${name}: invalid endpoint settings:\n${list.join("\n")}`);
  }
}

function isWithin(address: string, subnet: string): boolean {
  const [base = "", bits = "32"] = subnet.split("/");
  const size = 2 ** (32 - Number(bits));
  const number = (text: string): number => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}
