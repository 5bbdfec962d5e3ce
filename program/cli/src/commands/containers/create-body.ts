/** From the flags of `skiff run` to the body of a create request. Pure. */
import { type ParsedFlags, UsageError } from "../../docker-client/parse-flags.ts";

/** The body for a container of `image` that runs `command`. Throws UsageError for a malformed value. */
export function createBody(flags: ParsedFlags, image: string, command: readonly string[]): object {
  const entrypoint = flags.value("entrypoint");
  const detached = flags.has("detach");
  const stdin = flags.has("interactive");
  return {
    Image: image,
    Cmd: command.length === 0 ? undefined : command,
    Entrypoint: entrypoint === undefined ? undefined : [entrypoint],
    Env: flags.list("env").map((entry) => (entry.includes("=") ? entry : `${entry}=${process.env[entry] ?? ""}`)),
    Hostname: flags.value("hostname"),
    User: flags.value("user"),
    WorkingDir: flags.value("workdir"),
    Tty: flags.has("tty"),
    OpenStdin: stdin,
    StdinOnce: stdin && !detached,
    AttachStdin: stdin && !detached,
    AttachStdout: !detached,
    AttachStderr: !detached,
    Labels: Object.fromEntries(flags.list("label").map((label) => splitAt(label, "="))),
    HostConfig: {
      AutoRemove: flags.has("rm"),
      Binds: flags.list("volume"),
      Mounts: flags.list("mount").map(parseMount),
      Tmpfs: Object.fromEntries(flags.list("tmpfs").map((entry) => splitAt(entry, ":"))),
      NetworkMode: flags.value("network"),
      PidMode: flags.value("pid"),
      PortBindings: portBindings(flags.list("publish")),
      Privileged: flags.has("privileged"),
      ReadonlyRootfs: flags.has("read-only"),
      CapAdd: flags.list("cap-add"),
      CapDrop: flags.list("cap-drop"),
      SecurityOpt: flags.list("security-opt"),
      Memory: memory(flags.value("memory")),
      NanoCpus: number(flags.value("cpus"), "cpus", 1e9),
      PidsLimit: number(flags.value("pids-limit"), "pids-limit", 1),
      RestartPolicy: restartPolicy(flags.value("restart")),
    },
  };
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function portBindings(publications: readonly string[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const text of publications) {
    const [, address = "", hostPort = "", port, protocol = "tcp"] =
      /^(?:(?:([\d.]+):)?(\d*):)?(\d+)(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
    if (port === undefined)
      throw new UsageError(`invalid port: ${text} (expected [ADDRESS:][HOST-PORT:]PORT[/PROTOCOL])`);
    const key = `${port}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: address, HostPort: hostPort }];
  }
  return bindings;
}

function parseMount(text: string): object {
  const options = new Map(text.split(",").map((part) => splitAt(part, "=")));
  const target = options.get("target") ?? options.get("dst") ?? options.get("destination");
  if (target === undefined) throw new UsageError(`invalid mount: ${text} has no target`);
  return {
    Type: options.get("type") ?? "bind",
    Source: options.get("source") ?? options.get("src") ?? "",
    Target: target,
    ReadOnly: options.has("readonly") || options.has("ro"),
  };
}

function memory(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([bkmg]?)b?$/i.exec(text) ?? [];
  if (amount === undefined) throw new UsageError(`invalid memory: ${text} (expected a number with b, k, m or g)`);
  return Math.round(Number(amount) * 1024 ** Math.max("bkmg".indexOf(unit.toLowerCase() || "b"), 0));
}

function number(text: string | undefined, name: string, scale: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`invalid ${name}: ${text} is not a number`);
  return Math.round(value * scale);
}

function restartPolicy(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  const [name, count] = splitAt(text, ":");
  return { Name: name, MaximumRetryCount: Number(count) || 0 };
}
