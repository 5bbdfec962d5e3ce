/** How the services of a project are reached on the cluster: by name from each other, and from outside where ports are published. */

import type { Service, ServicePort } from "@skiff/api/core/v1";
import type { Service as ComposeService } from "@skiff/compose";
import { type ConversionContext, metadataOf, selectorOf } from "./context.ts";
import { objectName } from "./object-name.ts";
import { type ListeningPort, listeningPorts, outsidePorts } from "./ports.ts";

/** The Services of one service: its own name, its aliases, and one for what it publishes. */
export function servicesOf(service: ComposeService, context: ConversionContext): Service[] {
  const published = publishedService(service, context);
  const name = context.nameOf(service.name);
  if (name !== service.name) context.warn(`service "${service.name}" is reached by the name "${name}" on the cluster`);
  return [
    nameService(name, service, context),
    ...aliasesOf(service, context).map((alias) => nameService(alias, service, context)),
    ...(published ? [published] : []),
  ];
}

// Where no port is declared the name leads to the Pods themselves: whatever they listen on is reached, as with Compose.
function nameService(name: string, service: ComposeService, context: ConversionContext): Service {
  const ports = listeningPorts(service, context.facts.images.get(service.name));
  const selector = selectorOf(context, service.name);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(context, name, service),
    spec:
      ports.length === 0
        ? { clusterIP: "None", selector }
        : { selector, ports: ports.map((port) => portOf(port, port.port)) },
  };
}

/** Names other than its own by which other services know this one. */
export function aliasesOf(service: ComposeService, { project, nameOf }: ConversionContext): string[] {
  const linked = Object.values(project.services).flatMap(({ links = [] }) =>
    links.flatMap((link) => {
      const [target, alias = target] = link.split(":");
      return target === service.name ? [alias ?? ""] : [];
    }),
  );
  const given = Object.values(service.networks ?? {}).flatMap((network) => network?.aliases ?? []);
  const names = [service.container_name ?? "", ...given, ...linked].filter(
    (name) => name !== "" && name !== service.name,
  );
  const own = nameOf(service.name);
  return [...new Set(names.map(objectName))].filter((name) => name !== own);
}

function publishedService(service: ComposeService, context: ConversionContext): Service | undefined {
  // On the node's own network its ports are the node's already.
  if (service.network_mode === "host") return undefined;
  const outside = outsidePorts(service).filter(({ hostIp, port }) => {
    const local = hostIp !== undefined && (hostIp.startsWith("127.") || hostIp === "::1");
    if (local)
      context.warn(
        `service "${service.name}" publishes port ${port} on ${hostIp} only: it is not published on the cluster (kubectl port-forward reaches it)`,
      );
    return !local;
  });
  if (outside.length === 0) return undefined;
  const anywhere = outside.every(({ published }) => published === undefined);
  const { address } = context.facts;
  const externalIPs = address === undefined || anywhere ? undefined : [address];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(context, `${context.nameOf(service.name)}-published`, service),
    spec: {
      type: anywhere ? "NodePort" : "LoadBalancer",
      selector: selectorOf(context, service.name),
      externalIPs,
      ports: unique(outside.map((port) => portOf(port, port.published ?? port.port))),
    },
  };
}

function portOf({ port, protocol, appProtocol }: ListeningPort, at: number): ServicePort {
  return { name: `${protocol.toLowerCase()}-${at}`, port: at, targetPort: port, protocol, appProtocol };
}

function unique(ports: readonly ServicePort[]): ServicePort[] {
  return [...new Map(ports.map((port) => [port.name, port])).values()];
}
