import type { Probe } from "@skiff/api/core/v1";
import type { Healthcheck, Service } from "@skiff/compose";
import type { ConversionContext } from "./context.ts";
import { literal, wholeSeconds } from "./quantities.ts";

/** Docker's own, where a health check does not say. */
const INTERVAL = "30s";
const TIMEOUT = "30s";
const RETRIES = 3;

/** The probe of a service: of its health check, with what that leaves open from the image. */
export function probeOf({ name, healthcheck }: Service, { facts }: ConversionContext): Probe | undefined {
  return readinessProbe({ ...facts.images.get(name)?.healthcheck, ...healthcheck });
}

/**
 * A health check as a readiness probe, or undefined where there is none. It is no liveness probe: Compose leaves an unhealthy container
 * running, too. The start period needs nothing: a Pod is not ready before its first success anyway.
 */
export function readinessProbe(check: Healthcheck): Probe | undefined {
  const [how, ...words] = check.test ?? [];
  if (check.disable || how === undefined || how === "NONE") return undefined;
  const command = how === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
  return {
    exec: { command: command.map(literal) },
    periodSeconds: atLeastOne(check.interval || INTERVAL),
    timeoutSeconds: atLeastOne(check.timeout || TIMEOUT),
    failureThreshold: Math.max(1, check.retries || RETRIES),
  };
}

function atLeastOne(duration: string): number {
  return Math.max(1, wholeSeconds(duration));
}
