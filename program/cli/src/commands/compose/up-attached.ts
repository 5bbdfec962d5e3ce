/** `up` that stays: what containers write, Ctrl-C, and the files that are followed meanwhile. */
import type { OperationContext, Project } from "@skiff/compose";
import type { AttachOptions, UpOptions } from "@skiff/compose/operations/up";
import type { ComposeCall } from "./compose-call.ts";
import { createLogPrinter } from "./rendering/log-printer.ts";

const INTERRUPTED_CODE = 130;

/** Brings the project up and shows its output until it ends. Ctrl-C stops it, a second one kills it. Gives the exit code. */
export async function upAttached(call: ComposeCall, project: Project, options: UpOptions): Promise<number> {
  const { flags, progress } = call;
  const services = attachedServices(call, project);
  const through = (stream: NodeJS.WriteStream) => ({
    write: (text: string) => progress.around(() => void stream.write(text)),
  });
  const streams = { stdout: through(process.stdout), stderr: through(process.stderr) };
  const color = call.styles.output && !flags.has("no-color");
  const printer = createLogPrinter(streams, { color, prefix: !flags.has("no-log-prefix") });
  const [interrupt, force] = [new AbortController(), new AbortController()];
  const follower = flags.has("watch") ? fileFollower(await call.context(), project, interrupt) : undefined;
  let release = (): void => undefined;
  const onSignal = (): void => {
    if (interrupt.signal.aborted) force.abort();
    else {
      printer.flush();
      streams.stderr.write("Gracefully stopping... (press Ctrl+C again to force)\n");
      interrupt.abort();
    }
  };
  const attach: AttachOptions = {
    services,
    output: (line) => printer.print(line),
    timestamps: flags.has("timestamps"),
    onExit: cascade(call),
    exitCodeFrom: flags.value("exit-code-from"),
    interrupt: interrupt.signal,
    force: force.signal,
    // Until here Ctrl-C ends the work itself.
    attached(containers) {
      printer.register(containers);
      if (containers.length > 0) call.print(`Attaching to ${containers.join(", ")}`);
      release = call.interrupts.handle(onSignal);
    },
    started: () => follower?.begin(),
    stays: follower !== undefined,
  };
  try {
    const { up } = await import("@skiff/compose/operations/up");
    const code = await up(await call.context(), project, { ...options, attach });
    await follower?.end();
    return interrupt.signal.aborted ? INTERRUPTED_CODE : code;
  } finally {
    printer.flush();
    release();
  }
}

function cascade({ flags }: ComposeCall): AttachOptions["onExit"] {
  if (flags.has("abort-on-container-failure")) return "stop-on-failure";
  return flags.has("abort-on-container-exit") || flags.given("exit-code-from") ? "stop" : undefined;
}

/** Follows files from `begin` until `interrupt`, which it brings about when it fails; `end` tells how it went. */
function fileFollower(context: OperationContext, project: Project, interrupt: AbortController) {
  let following = Promise.resolve();
  return {
    begin() {
      const signal = AbortSignal.any([context.signal, interrupt.signal]);
      following = import("@skiff/compose/operations/watch").then(({ watch }) =>
        watch({ ...context, signal }, project, {}),
      );
      following.catch(() => interrupt.abort());
    },
    end: () => following,
  };
}

/** Services whose output is shown. */
function attachedServices({ flags }: ComposeCall, project: Project): readonly string[] {
  const all = Object.keys(project.services);
  const asked = flags.list("attach");
  const unknown = asked.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`cannot attach to services not included in up: ${unknown.join(", ")}`);
  const named = flags.operands.length === 0 || flags.has("attach-dependencies") ? all : flags.operands;
  const wanted = asked.length > 0 ? asked : named.filter((name) => project.services[name]?.attach !== false);
  return wanted.filter((name) => !flags.list("no-attach").includes(name));
}
