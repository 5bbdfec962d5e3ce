/** Asks a running container how it is, again and again, as its health check says. */
import type { Healthcheck } from "../container-spec.ts";
import type { Containers, Health, HealthProbe } from "../containers.ts";
import type { OciProcessConfig } from "../image-store.ts";

const SECOND = 1000;
const NANOSECONDS_PER_MILLISECOND = 1e6;
const DEFAULTS = { interval: 30 * SECOND, timeout: 30 * SECOND, startPeriod: 0, startInterval: 5 * SECOND, retries: 3 };
const KEPT_PROBES = 5;
const MAX_OUTPUT = 4096;
const TIMED_OUT = -1;

/** A check with nothing left open. Times in milliseconds. */
export type ResolvedHealthcheck = Required<{ readonly [K in keyof Healthcheck]: NonNullable<Healthcheck[K]> }>;

/** What a container's check is: its own, and the image's and Docker's defaults where it says nothing. Undefined when there is none. */
export function resolveHealthcheck(
  own: Healthcheck | undefined,
  image: OciProcessConfig["Healthcheck"],
): ResolvedHealthcheck | undefined {
  const inherited = fromImage(image);
  const test = own?.test?.length ? own.test : inherited?.test;
  if (!test?.length || test[0] === "NONE") return undefined;
  const pick = (name: keyof typeof DEFAULTS): number => own?.[name] || inherited?.[name] || DEFAULTS[name];
  return {
    test,
    ...{ interval: pick("interval"), timeout: pick("timeout"), retries: pick("retries") },
    ...{ startPeriod: pick("startPeriod"), startInterval: pick("startInterval") },
  };
}

function fromImage(config: OciProcessConfig["Healthcheck"]): Healthcheck | undefined {
  if (!config) return undefined;
  const number = (name: string): number => (typeof config[name] === "number" ? config[name] : 0);
  const milliseconds = (name: string): number => number(name) / NANOSECONDS_PER_MILLISECOND;
  const test = Array.isArray(config.Test) ? config.Test.map(String) : [];
  return {
    ...{ test, interval: milliseconds("Interval"), timeout: milliseconds("Timeout"), retries: number("Retries") },
    ...{ startPeriod: milliseconds("StartPeriod"), startInterval: milliseconds("StartInterval") },
  };
}

/** The health after one more probe. `starting` is true within the start period, in which failures do not count. Pure. */
export function afterProbe(health: Health, probe: HealthProbe, retries: number, starting: boolean): Health {
  const log = [...health.log, probe].slice(-KEPT_PROBES);
  if (probe.exitCode === 0) return { status: "healthy", failingStreak: 0, log };
  if (starting && health.status === "starting") return { ...health, log };
  const failingStreak = health.failingStreak + 1;
  return { status: failingStreak >= retries ? "unhealthy" : health.status, failingStreak, log };
}

/** The health of a container that has just started. */
export const STARTING: Health = { status: "starting", failingStreak: 0, log: [] };

/** Probes until `signal` aborts; `changed` is told after every probe. */
export async function monitorHealth(o: {
  readonly id: string;
  readonly check: ResolvedHealthcheck;
  readonly exec: Containers["exec"];
  readonly startedAt: number;
  readonly changed: (health: Health) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { check, signal } = o;
  let health = STARTING;
  while (!signal.aborted) {
    const isStarting = (): boolean => Date.now() - o.startedAt < check.startPeriod;
    const eager = health.status === "starting" && isStarting();
    await pause(eager ? Math.min(check.startInterval, check.interval) : check.interval, signal);
    if (signal.aborted) return;
    const result = await probe(o.id, check, o.exec, signal);
    if (signal.aborted) return;
    health = afterProbe(health, result, check.retries, isStarting());
    o.changed(health);
  }
}

async function probe(
  id: string,
  { test, timeout }: ResolvedHealthcheck,
  exec: Containers["exec"],
  signal: AbortSignal,
): Promise<HealthProbe> {
  const [form, ...words] = test;
  const args = form === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : words;
  const start = Date.now();
  let output = "";
  let exitCode: number;
  try {
    const session = await exec(id, { args }, signal);
    const take = (chunk: Buffer): void => {
      if (output.length < MAX_OUTPUT) output += chunk.toString().slice(0, MAX_OUTPUT - output.length);
    };
    session.stdout.on("data", take);
    session.stderr?.on("data", take);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeout);
    const overdue = new Promise<number>((resolve) => {
      late.signal.addEventListener("abort", () => resolve(TIMED_OUT), { once: true });
    });
    exitCode = await Promise.race([session.exit.then(({ code }) => code), overdue]);
    clearTimeout(timer);
    if (exitCode === TIMED_OUT) {
      session.close();
      output = `Health check exceeded timeout (${timeout / SECOND}s)`;
    }
  } catch (error) {
    exitCode = TIMED_OUT;
    output = error instanceof Error ? error.message : String(error);
  }
  return { start, end: Date.now(), exitCode, output };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}
