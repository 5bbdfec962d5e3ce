import { type FilterPlugin, fits, noRoom } from "../../framework.ts";
import type { HostPort } from "../../pod-info.ts";

export const REASON = "node(s) didn't have free ports for the requested pod ports";

/** NodePorts: two Pods cannot have the same host port, protocol and address; 0.0.0.0 is every address. */
export const nodePorts: FilterPlugin = {
  name: "NodePorts",
  wakesOn: ["Node/add", "Pod/delete"],
  wakes: ({ hostPorts }, event) => event.on !== "Pod/delete" || clash(hostPorts, event.pod.hostPorts),
  preFilter({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return {
      filter(node) {
        for (const other of node.pods()) if (clash(hostPorts, other.hostPorts)) return noRoom(REASON);
        return fits;
      },
    };
  },
};

function clash(mine: readonly HostPort[], theirs: readonly HostPort[]): boolean {
  return mine.some((a) =>
    theirs.some(
      (b) =>
        a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === "0.0.0.0" || b.ip === "0.0.0.0"),
    ),
  );
}
