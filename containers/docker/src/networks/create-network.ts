/** POST /networks/create. */
import { isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";
import { NOT_A_MANAGER } from "../system/outside-swarm.ts";
import { isNo, isYes } from "../volumes/volume-filters.ts";

const CIDR = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
const PREDEFINED = new Set(["bridge", "host", "none", "default"]);

const SWITCHES = ["enable_icc", "enable_ip_masquerade"].map((name) => `com.docker.network.bridge.${name}`);
const BRIDGE_NAME = "com.docker.network.bridge.name";

/** Throws for options that dockerd's bridge driver cannot read, 403 for a bridge that another network has. */
function checkOptions(options: Readonly<Record<string, string>>, { userNetworks }: Deps["engine"]): void {
  for (const name of SWITCHES) {
    const value = options[name];
    if (value !== undefined && !isYes(value) && !isNo(value))
      throw new DockerError(
        400,
        `failed to parse ${name} value: ${value} (strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax)`,
      );
  }
  const bridge = options[BRIDGE_NAME];
  const holder =
    bridge === undefined ? undefined : userNetworks.list().find((each) => each.options[BRIDGE_NAME] === bridge);
  if (holder)
    throw new DockerError(
      403,
      `cannot create network (${bridge}): conflicts with network ${holder.id} (${bridge}): networks have same bridge name`,
    );
}

export function createNetwork({ engine, events }: Deps): Handler {
  return async function createNetwork(call) {
    const body = reader(await readJson(call));
    const name = body.text("Name") ?? "";
    const driver = body.text("Driver") || "bridge";
    if (PREDEFINED.has(name)) throw new DockerError(403, `operation is not permitted on predefined ${name} network`);
    if (driver === "host" || driver === "null")
      throw new DockerError(403, `only one instance of "${driver}" network is allowed`);
    if (driver === "overlay") throw new DockerError(503, NOT_A_MANAGER);
    if (driver !== "bridge") throw new DockerError(404, `plugin "${driver}" not found`);
    const ipam = body.object("IPAM").text("Driver") ?? "";
    if (ipam !== "" && ipam !== "default") throw new DockerError(404, `plugin "${ipam}" not found`);
    if (name === "") throw new DockerError(400, "invalid name: name is empty");
    checkOptions(body.map("Options") ?? {}, engine);
    if (body.flag("EnableIPv6")) throw new DockerError(501, "IPv6 networks are not supported");
    const [config, second] = body.object("IPAM").objects("Config");
    if (second) throw new DockerError(400, "bridge driver doesn't support multiple subnets");
    const subnet = config?.text("Subnet") ?? "";
    if (subnet !== "" && !CIDR.test(subnet))
      throw new DockerError(400, `invalid network config:\ninvalid subnet ${subnet}: invalid CIDR block notation`);
    try {
      const { id } = await engine.userNetworks.create({
        ...{ name, internal: body.flag("Internal"), labels: body.map("Labels"), options: body.map("Options") },
        attachable: body.flag("Attachable"),
        subnet: subnet || undefined,
        gateway: config?.text("Gateway") || undefined,
        ipRange: config?.text("IPRange") || undefined,
      });
      events.publish({ type: "network", action: "create", id, attributes: { name, type: driver } });
      return { status: 201, json: { Id: id, Warning: "" } };
    } catch (error) {
      if (isEngineError(error, "conflict") && error.message.startsWith("Pool overlaps"))
        throw new DockerError(403, error.message, { cause: error });
      if (isEngineError(error, "invalid") && error.message.startsWith("invalid subnet"))
        throw new DockerError(400, `invalid network config:\n${error.message}`, { cause: error });
      throw error;
    }
  };
}
