/** Manifests the tests apply: as short as they can be, on the busybox image. */

export interface PodShape {
  readonly name: string;
  /** Run by `sh -c`. */
  readonly command: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Merged into the container. */
  readonly container?: object;
  /** Merged into the Pod's spec. */
  readonly spec?: object;
}

export interface DeploymentShape extends PodShape {
  readonly replicas: number;
  /** Merged into the Deployment's spec. */
  readonly deployment?: object;
}

// SIGTERM ends `sh` at once only when it has a handler: process 1 of a namespace ignores it otherwise.
function podSpec({ name, command, image = "busybox:1", container = {}, spec = {} }: PodShape): object {
  return {
    terminationGracePeriodSeconds: 1,
    containers: [{ name, image, imagePullPolicy: "IfNotPresent", command: ["sh", "-c", command], ...container }],
    ...spec,
  };
}

export function podOf(shape: PodShape): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: shape.name, labels: shape.labels ?? { app: shape.name } },
    spec: podSpec(shape),
  });
}

export function deploymentOf(shape: DeploymentShape): string {
  const labels = { app: shape.name };
  return JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: shape.name, labels },
    spec: {
      replicas: shape.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(shape) },
      ...shape.deployment,
    },
  });
}

export function serviceOf(name: string, port: number, spec: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port, targetPort: port }], ...spec },
  });
}
