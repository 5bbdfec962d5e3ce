/** For tests of the kubelet and of what stands on it. */
export { aContainer, aPod } from "./builders.ts";
export { aNode, noMounts, type TestNode } from "./node-context.ts";
export { PodApi } from "./pod-api.ts";
export { ScriptedRuntime } from "./scripted-runtime.ts";
