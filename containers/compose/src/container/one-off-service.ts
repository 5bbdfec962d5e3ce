/** The service that a container of `run` is made from. Pure. */
import { readMounts, readPorts } from "../load/short-syntax.ts";
import type { Project, Service } from "../model.ts";
import type { RunOptions } from "../operations/run.ts";

/** `service` with what the options say otherwise. Throws `ComposeFileError` for malformed ports and volumes. */
export function oneOffService(project: Project, service: Service, options: RunOptions): Service {
  const { command, entrypoint, user, workingDirectory, labels, capAdd = [], capDrop = [] } = options;
  const base = { directory: project.workingDirectory, home: project.environment.HOME };
  const ports = [...(options.servicePorts ? (service.ports ?? []) : []), ...readPorts(options.publish ?? [], base)];
  const mounts = readMounts(options.volumes ?? [], base);
  const targets = new Set(mounts.map(({ target }) => target));
  const { restart: _restart, container_name: _name, deploy, ...kept } = service;
  const { restart_policy: _policy, ...deployed } = deploy ?? {};
  return {
    ...kept,
    ...(deploy === undefined ? {} : { deploy: deployed }),
    // An entrypoint of its own does not get the command that was meant for the image's.
    command: command.length > 0 ? command : entrypoint === undefined ? service.command : [],
    entrypoint: entrypoint ?? service.entrypoint,
    environment: { ...service.environment, ...environmentOf(options.environment ?? [], project.environment) },
    labels: { ...service.labels, ...labels },
    ports,
    volumes: [...(service.volumes ?? []).filter(({ target }) => !targets.has(target)), ...mounts],
    cap_add: [...(service.cap_add ?? []).filter((name) => !capDrop.includes(name)), ...capAdd],
    cap_drop: [...(service.cap_drop ?? []).filter((name) => !capAdd.includes(name)), ...capDrop],
    tty: options.tty,
    stdin_open: options.interactive,
    ...(user === undefined ? {} : { user }),
    ...(workingDirectory === undefined ? {} : { working_dir: workingDirectory }),
  };
}

/** "KEY" alone takes the value of the project's environment, and is nothing where that has none. */
function environmentOf(
  texts: readonly string[],
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const given = texts.map((text): [string, string | undefined] => {
    const at = text.indexOf("=");
    return at < 0 ? [text, environment[text]] : [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
