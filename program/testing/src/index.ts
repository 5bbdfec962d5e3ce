/** `@skiff/testing`: a Kubernetes control plane inside a test's own process. */
export { startCluster, type TestCluster, type TestClusterOptions } from "./start-cluster.ts";
