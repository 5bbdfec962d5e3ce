/** What the runtime is asked to make for one container. Pure. */
import type { Container, Pod } from "@skiff/api/core/v1";
import type { ContainerConfig, Image, Mount, Signal } from "@skiff/engine/cri";
import { expand } from "../spec/expand.ts";
import { containerHash } from "../spec/hash.ts";
import { containerResources } from "../spec/resources.ts";
import { annotation, label } from "./labels.ts";
import { containerSecurity } from "./security.ts";

export interface ContainerConfigInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly restartCount: number;
  readonly image: Image;
  readonly imageRef: string;
  readonly env: ReadonlyMap<string, string>;
  readonly mounts: readonly Mount[];
  /** Where on the node the container's termination message is written. */
  readonly terminationMessageFile: string;
  readonly machineMemory: number;
  /** The container an ephemeral one looks at. */
  readonly targetId?: string | undefined;
  /** Directory of the node's seccomp profiles. */
  readonly profiles: string;
}

/** The configuration of the container; throws a StartError when the Pod asks for what must not be. */
export function containerConfig(input: ContainerConfigInput): ContainerConfig {
  const { pod, container, restartCount, env, image } = input;
  const expanded = (texts: readonly string[] = []) => texts.map((text) => expand(text, (name) => env.get(name)));
  const stopSignal = container.lifecycle?.stopSignal as Signal | undefined;
  return {
    metadata: { name: container.name, attempt: restartCount },
    image: {
      image: input.imageRef,
      userSpecifiedImage: container.image ?? "",
      annotations: {},
      imageRef: input.imageRef,
      runtimeHandler: "",
    },
    command: expanded(container.command),
    args: expanded(container.args),
    workingDir: container.workingDir ?? "",
    envs: [...env].map(([key, value]) => ({ key, value: Buffer.from(value) })),
    mounts: [
      ...input.mounts,
      {
        containerPath: container.terminationMessagePath ?? "/dev/termination-log",
        hostPath: input.terminationMessageFile,
        readonly: false,
      },
    ],
    labels: {
      [label.podName]: pod.metadata.name ?? "",
      [label.podNamespace]: pod.metadata.namespace ?? "",
      [label.podUid]: pod.metadata.uid ?? "",
      [label.containerName]: container.name,
    },
    annotations: {
      [annotation.hash]: containerHash(container),
      [annotation.restartCount]: String(restartCount),
      [annotation.terminationMessagePath]: input.terminationMessageFile,
      [annotation.terminationMessagePolicy]: container.terminationMessagePolicy ?? "File",
    },
    logPath: `${container.name}/${restartCount}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: {
      resources: containerResources(pod, container, input.machineMemory),
      securityContext: containerSecurity(pod, container, image, input),
    },
    ...(stopSignal ? { stopSignal } : {}),
  };
}
