/** `@skiff/kubelet`: runs the Pods of one node. */
export { type Kubelet, type KubeletOptions, purgeKubelet, startKubelet } from "./kubelet.ts";
