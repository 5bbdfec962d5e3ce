import { connect } from "node:net";
import { connectInNamespace } from "@skiff/linux";
import type { Containers } from "../containers.ts";
import { EngineError } from "../engine-error.ts";
import type { Sandboxes } from "../sandboxes.ts";
import type { Streaming } from "../streaming.ts";
import { answer } from "./answer.ts";

export interface StreamingDeps {
  readonly containers: Containers;
  readonly sandboxes: Sandboxes;
}

/** Streaming within this process. */
export function createStreaming({ containers, sandboxes }: StreamingDeps): Streaming {
  return {
    exec: ({ containerId = "", cmd = [], tty, stdin }, signal) =>
      answer(() => containers.exec(containerId, { args: cmd, tty, stdin }, signal)),
    attach: ({ containerId = "", stdin }, signal) => answer(() => containers.attach(containerId, { stdin }, signal)),
    portForward: (podSandboxId, port, signal) =>
      answer(async () => {
        const sandbox = await sandboxes.get(podSandboxId);
        if (!sandbox) throw new EngineError("not-found", `Cannot find sandbox ${podSandboxId}`);
        if (sandbox.state !== "ready")
          throw new EngineError("conflict", `Cannot forward a port: sandbox ${podSandboxId} is not ready`);
        const { net } = sandbox.namespaces;
        const socket =
          net === undefined
            ? connect({ host: "127.0.0.1", port, allowHalfOpen: true })
            : connectInNamespace(net, "127.0.0.1", port);
        signal?.addEventListener("abort", () => socket.destroy(), { once: true });
        return socket;
      }),
  };
}
