/** Processor names as Go and the OCI specifications spell them. */
const NAMES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/** The name for one of Node's. */
export function goArchitecture(arch: string): string {
  return NAMES[arch] ?? arch;
}
