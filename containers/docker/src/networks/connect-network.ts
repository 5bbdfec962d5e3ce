/** POST /networks/{id}/connect and /networks/{id}/disconnect. */
import { isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { reader } from "../http/reader.ts";
import { attachment } from "./attachment.ts";
import { findNetwork } from "./find-network.ts";
import type { KnownNetwork } from "./network-shape.ts";

export function connectNetwork(deps: Deps): Handler {
  return async function connectNetwork(call) {
    const body = reader(await readJson(call));
    const network = findNetwork(deps, call.params.id ?? "");
    const container = body.text("Container") ?? "";
    if (network.key === "host")
      throw new DockerError(403, "container cannot be disconnected from host network or connected to host network");
    await forbidden(() =>
      deps.engine.containers.connect(container, attachment(network.key, body.object("EndpointConfig"))),
    );
    await tell(deps, "connect", network, container);
    return { status: 200 };
  };
}

export function disconnectNetwork(deps: Deps): Handler {
  return async function disconnectNetwork(call) {
    const body = reader(await readJson(call));
    const network = findNetwork(deps, call.params.id ?? "");
    const container = body.text("Container") ?? "";
    await forbidden(() => deps.engine.containers.disconnect(container, network.key));
    await tell(deps, "disconnect", network, container);
    return { status: 200 };
  };
}

async function tell(
  { engine, events }: Deps,
  action: string,
  { id, name, driver }: KnownNetwork,
  reference: string,
): Promise<void> {
  const container = (await engine.containers.get(reference))?.id ?? reference;
  events.publish({ type: "network", action, id, attributes: { container, name, type: driver } });
}

// Docker forbids what cannot be done to a container as it is.
async function forbidden(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isEngineError(error, "conflict") || isEngineError(error, "invalid"))
      throw new DockerError(403, error.message, { cause: error });
    throw error;
  }
}
