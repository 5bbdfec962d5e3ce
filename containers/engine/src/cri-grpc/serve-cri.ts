/** The CRI v1 on a Unix socket, for crictl and kubelets of another process. */
import { once } from "node:events";
import { chmod, rename, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import type { Logger } from "@skiff/linux";
import type { ImageService, RuntimeService } from "../generated/cri.ts";
import type { Streaming } from "../streaming.ts";
import type { CriServer } from "./cri-server.ts";

/** What is served. */
export interface CriParts {
  readonly runtimeService: RuntimeService;
  readonly imageService: ImageService;
  /** What is served at the addresses that Exec, Attach and PortForward answer with. */
  readonly streaming: Streaming;
  readonly log: Logger;
}

export interface CriServerOptions extends CriParts {
  readonly socketPath: string;
}

/**
 * Listens on `socketPath`, which only its owner may use. A socket that is left over from an earlier run is replaced. Disposing of it ends
 * all calls; containers go on. gRPC is loaded for the first that connects: most nodes have nobody who does.
 */
export async function serveCri(o: CriServerOptions): Promise<AsyncDisposable> {
  let starting: Promise<CriServer> | undefined;
  const sockets = new Set<Socket>();
  const accept = async (socket: Socket): Promise<void> => {
    starting ??= import("./cri-server.ts").then(({ startCriServer }) => startCriServer(o));
    (await starting).accept(socket);
    socket.resume(); // it was paused at its start
  };
  // Unread until gRPC takes it over: what had been read before would be lost to it.
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    accept(socket).catch((error) => {
      o.log.error("Cannot serve the CRI", { error: String(error) });
      socket.destroy();
    });
  });
  // Nobody can connect before the socket has its rights: it gets its name last.
  const unfinished = `${o.socketPath}.new`;
  await rm(unfinished, { force: true });
  server.listen(unfinished);
  await once(server, "listening");
  await chmod(unfinished, 0o600);
  await rename(unfinished, o.socketPath);
  return {
    async [Symbol.asyncDispose]() {
      await (await starting)?.[Symbol.asyncDispose]();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(o.socketPath, { force: true });
    },
  };
}
