import type { Container, Pod, PodSpec } from "@skiff/api/core/v1";

/** A container with an image and nothing else, unless told. */
export function aContainer(fields: Partial<Container> = {}): Container {
  return { name: "app", image: "example.org/app:1", imagePullPolicy: "IfNotPresent", ...fields };
}

/** A Pod on node `node-a` with one container, unless told; `metadata` and `status` likewise. */
export function aPod(spec: Partial<PodSpec> = {}, fields: Partial<Omit<Pod, "spec">> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    ...fields,
    metadata: {
      name: "web",
      namespace: "default",
      uid: "uid-1",
      resourceVersion: "1",
      generation: 1,
      ...fields.metadata,
    },
    spec: {
      nodeName: "node-a",
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      containers: [aContainer()],
      ...spec,
    },
  };
}
