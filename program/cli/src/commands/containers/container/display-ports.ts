/** Ports as `skiff ps` shows them: neighbours together. */

/** A port of a container. */
export interface Port {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

interface Group {
  readonly first: number;
  last: number;
}

/** `0.0.0.0:8080-8081->80-81/tcp, 53/udp`. */
export function displayPorts(ports: readonly Port[]): string {
  const sorted = ports.toSorted(
    (a, b) =>
      a.PrivatePort - b.PrivatePort ||
      (a.IP ?? "").localeCompare(b.IP ?? "") ||
      (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
      a.Type.localeCompare(b.Type),
  );
  const groups = new Map<string, Group>();
  const lines: string[] = [];
  const moved: string[] = [];
  const show = (key: string, { first, last }: Group): string => {
    const [address = "", protocol = ""] = key.split("\t");
    const range = first === last ? String(first) : `${first}-${last}`;
    return address === "" ? `${range}/${protocol}` : `${hostAddress(address)}:${range}->${range}/${protocol}`;
  };
  for (const { IP, PrivatePort, PublicPort, Type } of sorted) {
    if (PublicPort !== undefined && PublicPort !== 0 && PublicPort !== PrivatePort) {
      moved.push(`${hostAddress(IP ?? "")}:${PublicPort}->${PrivatePort}/${Type}`);
      continue;
    }
    const key = `${PublicPort === undefined || PublicPort === 0 ? "" : (IP ?? "")}\t${Type}`;
    const group = groups.get(key);
    if (group && PrivatePort === group.last + 1) {
      group.last = PrivatePort;
      continue;
    }
    if (group && PrivatePort === group.last) continue;
    if (group) lines.push(show(key, group));
    groups.set(key, { first: PrivatePort, last: PrivatePort });
  }
  const open = [...groups].map(([key, group]) => show(key, group)).sort();
  return [...lines, ...open, ...moved].join(", ");
}

function hostAddress(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
