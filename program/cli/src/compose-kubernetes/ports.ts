/** The ports of a service: those it listens on, and those that are published. */
import type { Service } from "@skiff/compose";
import type { PreparedImage } from "@skiff/compose/operations/prepare";

/** A port that a service's containers listen on. */
export interface ListeningPort {
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly appProtocol?: string | undefined;
}

/** A port that is reached from outside the project. */
export interface OutsidePort extends ListeningPort {
  /** Undefined where any will do. */
  readonly published?: number | undefined;
  readonly hostIp?: string | undefined;
}

const MAX_RANGE = 1000;

/** What is declared: the targets of `ports`, `expose`, and the image's EXPOSE. Each once, in order. */
export function listeningPorts(service: Service, image: PreparedImage | undefined): ListeningPort[] {
  const found = new Map<string, ListeningPort>();
  const add = (port: ListeningPort): void => {
    const key = `${port.port}/${port.protocol}`;
    if (!found.has(key)) found.set(key, port);
  };
  for (const { port, protocol, appProtocol } of outsidePorts(service)) add({ port, protocol, appProtocol });
  for (const text of [...(service.expose ?? []), ...(image?.exposed ?? [])])
    for (const port of exposed(text)) add(port);
  return [...found.values()].toSorted((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol));
}

/** What `ports` says. Of a range of published ports the first is taken. */
export function outsidePorts(service: Service): OutsidePort[] {
  return (service.ports ?? []).map(({ target, published, protocol, host_ip, app_protocol }) => {
    const first = Number.parseInt(published ?? "", 10);
    return {
      port: target,
      protocol: protocolOf(protocol),
      appProtocol: app_protocol,
      published: Number.isNaN(first) || first === 0 ? undefined : first,
      hostIp: host_ip || undefined,
    };
  });
}

// "3000", "8000/udp", "8000-8010"
function exposed(text: string): ListeningPort[] {
  const [range = "", protocol] = text.split("/");
  const [first = Number.NaN, last = first] = range.split("-").map(Number);
  if (!Number.isInteger(first) || !Number.isInteger(last) || last - first >= MAX_RANGE)
    throw new Error(`"${text}" is not a range of at most ${MAX_RANGE} ports`);
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    port: first + index,
    protocol: protocolOf(protocol),
  }));
}

function protocolOf(text = "tcp"): ListeningPort["protocol"] {
  const upper = text.toUpperCase();
  return upper === "UDP" || upper === "SCTP" ? upper : "TCP";
}
