import type { Service } from "@skiff/api/core/v1";

/** Where a Service answers, a line for each port: inside the cluster, and on the node for a NodePort. */
export function addressesOf(service: Service, nodeAddress: string): string[] {
  const { clusterIP, ports = [], type, externalName } = service.spec;
  if (type === "ExternalName") return [`→ ${externalName}`];
  return ports.map((port) => {
    const where = clusterIP && clusterIP !== "None" ? `${clusterIP}:${port.port}` : `headless:${port.port}`;
    const outside = port.nodePort ? `   ${schemeOf(port.name)}${nodeAddress}:${port.nodePort}` : "";
    return `${where}${outside}`;
  });
}

// A browser needs the scheme; other ports are shown as they are.
function schemeOf(portName: string | undefined): string {
  if (portName === "http" || portName?.startsWith("http-")) return "http://";
  return portName?.startsWith("https") ? "https://" : "";
}
