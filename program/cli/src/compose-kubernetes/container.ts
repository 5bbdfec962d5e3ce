/** A service as a container. */
import type { Container, LifecycleHandler, PullPolicy, Signal } from "@skiff/api/core/v1";
import type { Hook, Service } from "@skiff/compose";
import type { ConversionContext } from "./context.ts";
import type { PodMounts } from "./mounts.ts";
import { listeningPorts } from "./ports.ts";
import { probeOf } from "./probe.ts";
import { literal } from "./quantities.ts";
import { resourcesOf } from "./resources.ts";
import { containerSecurity } from "./security.ts";

/** The image of a service: its own, or the name its build gets. */
export function imageOf(service: Service, { project }: ConversionContext): string {
  return service.image ?? `${project.name}-${service.name}`;
}

export function containerOf(service: Service, { mounts }: PodMounts, context: ConversionContext): Container {
  const ports = listeningPorts(service, context.facts.images.get(service.name));
  const env = Object.entries(service.environment ?? {}).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value: literal(value) }],
  );
  const postStart = hookOf("post_start", service, context);
  const preStop = hookOf("pre_stop", service, context);
  const stopSignal = service.stop_signal && signalName(service.stop_signal);
  return {
    name: context.nameOf(service.name),
    image: imageOf(service, context),
    imagePullPolicy: pullPolicyOf(service.pull_policy),
    command: service.entrypoint?.map(literal),
    args: service.command?.map(literal),
    workingDir: service.working_dir,
    env: env.length > 0 ? env : undefined,
    ports: ports.length > 0 ? ports.map(({ port, protocol }) => ({ containerPort: port, protocol })) : undefined,
    readinessProbe: probeOf(service, context),
    lifecycle:
      postStart || preStop || stopSignal ? { postStart, preStop, stopSignal: stopSignal || undefined } : undefined,
    resources: resourcesOf(service, context),
    securityContext: containerSecurity(service, context),
    volumeMounts: mounts.length > 0 ? mounts : undefined,
    stdin: service.stdin_open || undefined,
    tty: service.tty || undefined,
  };
}

// An image that was built or pulled here is used without asking a registry: also when its tag is `latest`.
function pullPolicyOf(policy: string | undefined): PullPolicy {
  if (policy === "always") return "Always";
  return policy === "never" ? "Never" : "IfNotPresent";
}

// The API server refuses what is no signal.
function signalName(signal: string): Signal {
  const upper = signal.toUpperCase();
  return (upper.startsWith("SIG") ? upper : `SIG${upper}`) as Signal;
}

function hookOf(
  kind: "post_start" | "pre_stop",
  service: Service,
  context: ConversionContext,
): LifecycleHandler | undefined {
  const hooks: readonly Hook[] = service[kind] ?? [];
  const [hook, ...more] = hooks;
  if (!hook) return undefined;
  if (more.length > 0)
    context.warn(`service "${service.name}": of ${kind} only the first hook is carried over to the cluster`);
  if (hook.user || hook.privileged || hook.environment || hook.working_dir)
    context.warn(`service "${service.name}": ${kind} runs as the container does on the cluster`);
  return { exec: { command: hook.command } };
}
