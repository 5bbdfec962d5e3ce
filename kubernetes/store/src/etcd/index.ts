export type { EtcdLog, EtcdOptions } from "./etcd-options.ts";
export { openEtcdStore } from "./etcd-store.ts";
