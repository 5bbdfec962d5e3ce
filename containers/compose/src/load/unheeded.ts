/** What a project may say and Compose does nothing about. */
import type { Project, Service } from "../model.ts";

/** An attribute of services that has no effect here. */
interface Unheeded {
  readonly attribute: string;
  readonly why: string;
  isGiven(service: Service): boolean;
}

const UNHEEDED: readonly Unheeded[] = [
  {
    attribute: "credential_spec",
    why: "it speaks of Windows",
    isGiven: (service) => service.credential_spec !== undefined,
  },
  {
    attribute: "use_api_socket",
    why: "mount the socket as a volume instead",
    isGiven: (service) => service.use_api_socket === true,
  },
  {
    attribute: "deploy.endpoint_mode",
    why: "it speaks of a Swarm",
    isGiven: ({ deploy }) => deploy?.endpoint_mode !== undefined,
  },
  { attribute: "deploy.placement", why: "there is one host", isGiven: ({ deploy }) => deploy?.placement !== undefined },
  {
    attribute: "deploy.rollback_config",
    why: "nothing is rolled back",
    isGiven: ({ deploy }) => deploy?.rollback_config !== undefined,
  },
  {
    attribute: "deploy.mode",
    why: "there is one host",
    isGiven: ({ deploy }) => deploy?.mode !== undefined && deploy.mode !== "replicated",
  },
  {
    attribute: "deploy.restart_policy.delay",
    why: "the engine waits as long as it thinks right",
    isGiven: ({ deploy }) => deploy?.restart_policy?.delay !== undefined,
  },
  {
    attribute: "deploy.restart_policy.window",
    why: "the engine decides when a restart has succeeded",
    isGiven: ({ deploy }) => deploy?.restart_policy?.window !== undefined,
  },
  {
    attribute: "deploy.resources.reservations.cpus",
    why: "there is one host",
    isGiven: ({ deploy }) => deploy?.resources?.reservations?.cpus !== undefined,
  },
  {
    attribute: "deploy.resources.reservations.generic_resources",
    why: "there is one host",
    isGiven: ({ deploy }) => (deploy?.resources?.reservations?.generic_resources ?? []).length > 0,
  },
  {
    attribute: "models",
    why: "nothing runs models",
    isGiven: ({ models = {} }) => Object.keys(models).length > 0,
  },
  {
    attribute: "build.provenance",
    why: "no attestations are made",
    isGiven: ({ build }) => isWanted(build?.provenance),
  },
  { attribute: "build.sbom", why: "no attestations are made", isGiven: ({ build }) => isWanted(build?.sbom) },
  {
    attribute: "networks.interface_name",
    why: "the engine names interfaces",
    isGiven: ({ networks = {} }) => Object.values(networks).some((network) => network?.interface_name !== undefined),
  },
  {
    attribute: "volumes of type npipe",
    why: "they speak of Windows",
    isGiven: ({ volumes = [] }) => volumes.some(({ type }) => type === "npipe"),
  },
];

/** Gives a sentence for each attribute in the project's services that has no effect, naming the services. */
export function unheededAttributes(project: Pick<Project, "services">): readonly string[] {
  return UNHEEDED.flatMap(({ attribute, why, isGiven }) => {
    const names = Object.values(project.services)
      .filter(isGiven)
      .map(({ name }) => name);
    return names.length === 0 ? [] : [`${attribute} has no effect, ${why} (services: ${names.join(", ")})`];
  });
}

function isWanted(value: string | undefined): boolean {
  return value !== undefined && value !== "false";
}
