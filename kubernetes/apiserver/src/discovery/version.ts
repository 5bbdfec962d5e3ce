/** What `kubectl version` prints: the Kubernetes this server behaves as. */
export const VERSION = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.0+skiff",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "none",
  compiler: "node",
  platform: `linux/${process.arch === "x64" ? "amd64" : process.arch}`,
} as const;
