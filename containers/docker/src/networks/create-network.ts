/** POST /networks/create. */
import { isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";

const CIDR = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
const PREDEFINED = new Set(["bridge", "host", "none", "default"]);

export function createNetwork({ engine, events }: Deps): Handler {
  return async function createNetwork(call) {
    const body = reader(await readJson(call));
    const name = body.text("Name") ?? "";
    const driver = body.text("Driver") || "bridge";
    if (PREDEFINED.has(name)) throw new DockerError(403, `operation is not permitted on predefined ${name} network`);
    if (driver !== "bridge")
      throw new DockerError(
        404,
        `could not resolve driver ${driver} in v1 plugin registry: plugin "${driver}" not found`,
      );
    if (body.flag("EnableIPv6")) throw new DockerError(501, "IPv6 networks are not supported");
    const [config, second] = body.object("IPAM").objects("Config");
    if (second) throw new DockerError(400, "bridge driver doesn't support multiple subnets");
    const subnet = config?.text("Subnet") ?? "";
    if (subnet !== "" && !CIDR.test(subnet))
      throw new DockerError(400, `Invalid subnet ${subnet} : invalid CIDR address: ${subnet}`);
    try {
      const { id } = await engine.userNetworks.create({
        ...{ name, internal: body.flag("Internal"), labels: body.map("Labels"), options: body.map("Options") },
        subnet: subnet || undefined,
        gateway: config?.text("Gateway") || undefined,
        ipRange: config?.text("IPRange") || undefined,
      });
      events.publish({ type: "network", action: "create", id, attributes: { name, type: driver } });
      return { status: 201, json: { Id: id, Warning: "" } };
    } catch (error) {
      if (isEngineError(error, "conflict") && error.message.startsWith("Pool overlaps"))
        throw new DockerError(403, error.message, { cause: error });
      throw error;
    }
  };
}
