/** POST /containers/{id}/start. */
import { type Container, isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { endpointId } from "../networks/network-shape.ts";
import { runtimeWords } from "./describe-container.ts";
import { findContainer } from "./find-container.ts";

export function startContainer(deps: Deps): Handler {
  return async function startContainer(call) {
    const container = await findContainer(deps, call);
    const { id, state, spec } = container;
    if (state === "running") return { status: 304 };
    try {
      await deps.engine.containers.start(id);
    } catch (error) {
      // Nobody could remove it later by waiting for its end.
      if (spec.autoRemove) await deps.engine.containers.remove(id, { force: true });
      throw portConflict(container, error) ?? inDockersWords(error);
    }
    return { status: 204 };
  };
}

function inDockersWords(error: unknown): unknown {
  if (!isEngineError(error, "invalid")) return error;
  const message = runtimeWords(error.message);
  return message === error.message ? error : new DockerError(400, message, { cause: error });
}

// What tells people, and the programs that read it, which container it was.
function portConflict({ id, name }: Container, error: unknown): DockerError | undefined {
  if (!isEngineError(error, "conflict") || !error.message.startsWith("Bind for ")) return undefined;
  const endpoint = `endpoint ${name} (${endpointId(id, "bridge")})`;
  const message = `driver failed programming external connectivity on ${endpoint}: ${error.message}`;
  return new DockerError(500, message, { cause: error });
}
