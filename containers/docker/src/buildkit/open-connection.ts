/** POST /grpc and POST /session: connections that go on in HTTP/2, where clients call the builder, and the builder calls its clients. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";

export function openGrpc({ buildKit }: Deps): Handler {
  return async function openGrpc(call) {
    requireUpgrade(call.header("upgrade"));
    const server = await buildKit();
    server.acceptGrpc(call.hijack(""));
    return undefined;
  };
}

export function openSession({ buildKit }: Deps): Handler {
  return async function openSession(call) {
    requireUpgrade(call.header("upgrade"));
    const told = (name: string) => call.header(`x-docker-expose-session-${name}`) ?? "";
    const id = told("uuid");
    if (id === "") throw new DockerError(400, "a session needs an id");
    const methods = told("grpc-method").split(/,\s*/);
    const server = await buildKit();
    server.acceptSession(call.hijack(""), { id, sharedKey: told("sharedkey"), methods });
    return undefined;
  };
}

function requireUpgrade(protocol = ""): void {
  if (protocol.toLowerCase() !== "h2c") throw new DockerError(400, "the connection must be upgraded to h2c");
}
