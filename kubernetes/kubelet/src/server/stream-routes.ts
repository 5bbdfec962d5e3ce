/** The streaming addresses of the kubelet API. */
import type { Streaming } from "@skiff/engine/cri";
import { portForwardRoute, type StreamRoute, sessionRoute } from "@skiff/engine/streams";
import type { PodWorkers } from "../pods/pod-workers.ts";
import { HttpError } from "./http-error.ts";
import { flag } from "./query.ts";
import { findPod, findRunning } from "./target.ts";

export interface StreamDeps {
  readonly workers: Pick<PodWorkers, "find">;
  readonly streaming: Streaming;
}

/**
 * `/exec/{namespace}/{pod}[/{uid}]/{container}`, `/attach/…` and `/portForward/{namespace}/{pod}[/{uid}]`. Throws an HttpError when there is
 * nothing to connect to. Options are understood by their names in the API and in upstream's kubelet.
 */
export function findStream({ workers, streaming }: StreamDeps, url: URL): StreamRoute {
  const [route, namespace = "", podName = "", ...rest] = url.pathname.split("/").slice(1).map(decodeURIComponent);
  const query = url.searchParams;
  const uid = rest.length > (route === "portForward" ? 0 : 1) ? rest[0] : undefined;
  if (route === "portForward") {
    const worker = findPod(workers, namespace, podName, uid);
    const sandbox = worker.observed.sandboxes.find(({ ready }) => ready);
    if (!sandbox) throw new HttpError(404, `pod ${podName} is not running`);
    const ports = [...query.getAll("port"), ...query.getAll("ports")].flatMap((text) => text.split(",")).map(Number);
    const dial = (port: number) => streaming.portForward(sandbox.id, port);
    return portForwardRoute({ ports, dial, target: `pod ${podName}, uid ${worker.pod.metadata.uid}` });
  }
  if (route !== "exec" && route !== "attach") throw new HttpError(404, "404 page not found");
  const worker = findPod(workers, namespace, podName, uid);
  const container = findRunning(worker, rest.at(-1) ?? "", route);
  const wanted = {
    containerId: container.id,
    tty: flag(query, "tty"),
    stdin: flag(query, "stdin", "input"),
    stdout: flag(query, "stdout", "output"),
    stderr: flag(query, "stderr", "error") && !flag(query, "tty"),
  };
  const cmd = query.getAll("command");
  if (route === "exec" && cmd.length === 0)
    throw new HttpError(400, "you must specify at least 1 command for the container");
  const open = (signal: AbortSignal) =>
    route === "exec" ? streaming.exec({ ...wanted, cmd }, signal) : streaming.attach(wanted, signal);
  return sessionRoute({ open, tellExit: route === "exec", wanted });
}
