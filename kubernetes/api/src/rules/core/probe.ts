/** Probes and lifecycle hooks. */
import type { ExecAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe, ProbeHandler } from "@skiff/api/core/v1";
import { isHttpHeaderName, isPortName, isPortNumber } from "../../names.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import { checkNonNegative, checkPositive } from "../meta/numbers.ts";

type Handler = ProbeHandler & LifecycleHandler;

/** Checks one of a container's probes; `kind` is the name of its field. */
export function checkProbe(
  probe: Probe | undefined,
  kind: "livenessProbe" | "readinessProbe" | "startupProbe",
  gracePeriod: number | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (probe === undefined) return;
  const field = `${path}.${kind}`;
  checkHandler(probe, gracePeriod, field, errors);
  checkNonNegative(probe.initialDelaySeconds, `${field}.initialDelaySeconds`, errors);
  checkNonNegative(probe.timeoutSeconds, `${field}.timeoutSeconds`, errors);
  checkNonNegative(probe.periodSeconds, `${field}.periodSeconds`, errors);
  checkNonNegative(probe.successThreshold, `${field}.successThreshold`, errors);
  checkNonNegative(probe.failureThreshold, `${field}.failureThreshold`, errors);
  checkPositive(probe.terminationGracePeriodSeconds, `${field}.terminationGracePeriodSeconds`, errors);
  if (kind === "readinessProbe") {
    if (probe.terminationGracePeriodSeconds === undefined) return;
    const why = "must not be set for readinessProbes";
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, why));
  } else if (probe.successThreshold !== 1) {
    errors.push(invalid(`${field}.successThreshold`, probe.successThreshold ?? 0, "must be 1"));
  }
}

const signals: ReadonlySet<string> = new Set(
  (
    "SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL " +
    "SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 " +
    "SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGRTMIN SIGRTMAX"
  ).split(" "),
);

/** Checks a container's hooks and its stop signal. */
export function checkLifecycle(
  lifecycle: Lifecycle | undefined,
  gracePeriod: number | undefined,
  podOs: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (lifecycle === undefined) return;
  if (lifecycle.postStart) checkHandler(lifecycle.postStart, gracePeriod, `${field}.postStart`, errors);
  if (lifecycle.preStop) checkHandler(lifecycle.preStop, gracePeriod, `${field}.preStop`, errors);
  const signal = lifecycle.stopSignal;
  if (signal === undefined) return;
  if (podOs === undefined || podOs === "") {
    errors.push(forbidden(`${field}.stopSignal`, "may not be set for containers with empty `spec.os.name`"));
  } else if (!signals.has(signal) && !/^SIGRTM(?:IN\+|AX-)\d{1,2}$/.test(signal)) {
    errors.push(notSupported(`${field}.stopSignal`, signal, [...signals].sort()));
  }
}

function checkHandler(handler: Handler, gracePeriod: number | undefined, field: string, errors: FieldError[]): void {
  let found = false;
  for (const kind of ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const) {
    if (handler[kind] === undefined) continue;
    if (found) errors.push(forbidden(`${field}.${kind}`, "may not specify more than 1 handler type"));
    else checkAction(handler, kind, gracePeriod, `${field}.${kind}`, errors);
    found = true;
  }
  if (!found) errors.push(required(field, "must specify a handler type"));
}

function checkAction(
  { exec, httpGet, tcpSocket, grpc, sleep }: Handler,
  kind: keyof Handler,
  gracePeriod: number | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (kind === "exec" && exec) checkExec(exec, field, errors);
  if (kind === "httpGet" && httpGet) checkHttpGet(httpGet, field, errors);
  if (kind === "tcpSocket" && tcpSocket) checkPortOrName(tcpSocket.port, `${field}.port`, errors);
  if (kind === "grpc" && grpc) checkPortOrName(grpc.port, `${field}.port`, errors);
  if (kind === "sleep" && sleep && gracePeriod !== undefined) {
    const seconds = sleep.seconds ?? 0;
    if (seconds >= 0 && seconds <= gracePeriod) return;
    const why = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`;
    errors.push(invalid(field, seconds, why));
  }
}

function checkExec(exec: ExecAction, field: string, errors: FieldError[]): void {
  if ((exec.command ?? []).length === 0) errors.push(required(`${field}.command`));
}

function checkHttpGet(action: HTTPGetAction, field: string, errors: FieldError[]): void {
  if (!action.path) errors.push(required(`${field}.path`));
  checkPortOrName(action.port, `${field}.port`, errors);
  const scheme = action.scheme ?? "";
  if (scheme !== "HTTP" && scheme !== "HTTPS") {
    errors.push(notSupported(`${field}.scheme`, scheme, ["HTTP", "HTTPS"]));
  }
  for (const header of action.httpHeaders ?? []) {
    const name = header.name ?? "";
    for (const reason of isHttpHeaderName(name)) errors.push(invalid(`${field}.httpHeaders`, name, reason));
  }
}

/** A port, by number or by the name a container gives it. */
export function checkPortOrName(port: number | string | undefined, field: string, errors: FieldError[]): void {
  const reasons = typeof port === "string" ? isPortName(port) : isPortNumber(port ?? 0);
  for (const reason of reasons) errors.push(invalid(field, port ?? 0, reason));
}
