import type { ContainerSpec } from "@skiff/engine";

/**
 * What `docker logs --details` puts before each line: the labels and variables that the options `labels` and `env` of the json-file
 * driver name, as "a=b,c=d".
 */
export function logDetails({ labels = {}, env = [], asked }: ContainerSpec): string {
  const log = (asked?.HostConfig?.LogConfig ?? {}) as { readonly Config?: Readonly<Record<string, unknown>> | null };
  const named = (option: string): Set<string> => new Set(String(log.Config?.[option] ?? "").split(","));
  const wantedLabels = named("labels");
  const wantedVariables = named("env");
  const pairs = [
    ...Object.entries(labels).filter(([name]) => wantedLabels.has(name)),
    ...env.map(pairOf).filter(([name]) => wantedVariables.has(name)),
  ];
  return pairs
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .join(",");
}

// As in the query of a form.
function escaped(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
