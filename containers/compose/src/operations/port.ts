/** Where a port of a service is published. */
import { nameOf, serviceContainer } from "../read/project-containers.ts";
import type { OperationContext } from "./context.ts";

/** A port of a container. */
export interface PortQuery {
  readonly service: string;
  readonly port: number;
  /** "tcp" or "udp". */
  readonly protocol: string;
  /** Which of the service's containers. Default: the first. */
  readonly index?: number | undefined;
}

/** Gives `host:port`. Throws where it is not published, and says what is. */
export async function port(
  { client }: Pick<OperationContext, "client">,
  project: string,
  { service, port: target, protocol, index }: PortQuery,
): Promise<string> {
  const container = await serviceContainer(client, project, service, { index });
  const published = container.Ports.filter(({ PublicPort }) => PublicPort !== undefined);
  const found = published.find(({ PrivatePort, Type }) => PrivatePort === target && Type === protocol);
  if (found !== undefined) return address(found.IP, found.PublicPort);
  const others = published.map((each) => `${each.PrivatePort}/${each.Type} on ${address(each.IP, each.PublicPort)}`);
  throw new Error(
    `no port ${target}/${protocol} for container ${nameOf(container)}: ${others.length === 0 ? "none is published" : others.join(", ")}`,
  );
}

const address = (host = "0.0.0.0", port = 0): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;
