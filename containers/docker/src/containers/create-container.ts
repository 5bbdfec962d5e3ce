/** POST /containers/create. */
import { type ContainerSpec, isEngineError, type SecurityModules, securityModules } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { DockerError, noSuchImage } from "../http/docker-error.ts";
import { type Reader, reader } from "../http/reader.ts";
import { checkPlatform } from "../images/check-platform.ts";
import { displayName } from "../images/display-name.ts";
import { checkEndpoints } from "../networks/check-endpoints.ts";
import { weighsBlockIo, withoutWeights } from "./block-weight.ts";
import { checkRequest } from "./check-request.ts";
import { links } from "./links.ts";
import { mountsFrom } from "./mounts-from.ts";
import { countsSwap, withSwapLimit } from "./swap-limit.ts";
import { toContainerSpec } from "./to-container-spec.ts";

/** The specification without what this machine cannot have, which dockerd leaves out, too; here the client is told. */
function withoutModules(spec: ContainerSpec, { apparmor, selinux }: SecurityModules): [ContainerSpec, string[]] {
  const { security = {} } = spec;
  const { apparmor: profile = "", selinux: label } = security;
  const warnings = [
    ...(apparmor || ["", "unconfined"].includes(profile)
      ? []
      : [`This machine has no AppArmor. Profile ${profile} discarded.`]),
    ...(selinux || label === undefined || label.disable
      ? []
      : ["SELinux is not enabled on this machine. Label discarded."]),
  ];
  return [{ ...spec, security: { ...security, ...(apparmor ? {} : { apparmor: undefined }) } }, warnings];
}

/** Members of the HostConfig that have no effect here. */
const UNHEEDED = ["CpuRealtimePeriod", "CpuRealtimeRuntime", "MemorySwappiness"];

function warnings(body: Reader): string[] {
  const host = body.object("HostConfig");
  const given = new Map(host.entries());
  const discarded = host.text("NetworkMode") === "host" && host.keys("PortBindings").length > 0;
  return [
    ...UNHEEDED.filter((name) => isWanted(given.get(name))).map(
      (name) => `${name} is not supported and has no effect.`,
    ),
    ...(discarded ? ["Published ports are discarded when using host network mode"] : []),
  ];
}

// Clients send what they have no wish about as zero, -1, or something empty.
function isWanted(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === -1) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** An address "host-gateway" is this host's, as a container reaches it. */
function withGateway({ networks }: Deps["engine"]): (host: { name: string; address: string }) => typeof host {
  return (host) => (host.address === "host-gateway" ? { ...host, address: networks.gateway() } : host);
}

// Clients take "not found" here for a missing image, and pull it.
function asInvalid(error: unknown): never {
  if (isEngineError(error, "not-found") || (error instanceof DockerError && error.status === 404))
    throw new DockerError(400, error.message, { cause: error });
  throw error;
}

/** What a container may be called, with the slash that Docker shows before it. */
export const CONTAINER_NAME = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function createContainer({ engine }: Deps): Handler {
  return async function createContainer(call) {
    const source = await readJson(call);
    const body = reader(source);
    checkRequest(body);
    const name = call.query.get("name") ?? "";
    if (name !== "" && !CONTAINER_NAME.test(name)) {
      throw new DockerError(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    }
    const image = body.text("Image") ?? "";
    if (image === "") throw new DockerError(400, "no command or image specified");
    const found = await engine.images.get(image);
    if (found === undefined) throw noSuchImage(displayName(image));
    const otherPlatform = checkPlatform(found, displayName(image, "short"), call.query.get("platform") ?? "");
    checkEndpoints(engine, body.object("NetworkingConfig").object("EndpointsConfig"));
    const [own, unconfined] = withoutModules(toContainerSpec(body, image), securityModules());
    const host = body.object("HostConfig");
    for (const mode of [own.ipc, own.pid]) {
      if (typeof mode !== "object" || !("container" in mode)) continue;
      if (!(await engine.containers.get(mode.container)))
        throw new DockerError(400, `No such container: ${mode.container}`);
    }
    const inherited = await mountsFrom(engine, host.strings("VolumesFrom") ?? []).catch(asInvalid);
    const targets = new Set(own.mounts?.map(({ target }) => target));
    // In other networks than the default one, links are names for its resolver: they are the endpoints'.
    const isDefault = ["", "default", "bridge"].includes(host.text("NetworkMode") ?? "");
    const linked = await links(engine, isDefault ? (host.strings("Links") ?? []) : []);
    const weighed = withoutWeights(own.resources, weighsBlockIo());
    const limited = withSwapLimit(weighed.resources, countsSwap());
    const spec = {
      ...own,
      resources: limited.resources,
      env: [...linked.env, ...(own.env ?? [])],
      extraHosts: [...(own.extraHosts ?? []).map(withGateway(engine)), ...linked.hosts],
      mounts: [...(own.mounts ?? []), ...inherited.filter(({ target }) => !targets.has(target))],
    };
    const { HostConfig, NetworkingConfig: _, ...Config } = source;
    const asked = { Config, HostConfig: (HostConfig ?? {}) as Readonly<Record<string, unknown>> };
    const named = name === "" ? spec : { ...spec, name: name.replace(/^\//, "") };
    const { id } = await engine.containers.create({ ...named, asked }).catch(asInvalid);
    const told = [...otherPlatform, ...weighed.warnings, ...limited.warnings, ...warnings(body), ...unconfined];
    return { status: 201, json: { Id: id, Warnings: told } };
  };
}
