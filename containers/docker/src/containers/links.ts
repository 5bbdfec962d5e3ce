/** Links of the default network: names in /etc/hosts and variables that tell of another container. */
import type { Container, Engine } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";

/** What a container gets of those it is linked to. */
export interface Links {
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  readonly env: readonly string[];
}

/** Resolves "container:alias" texts. Throws 400 for a container that is not there or has no address, because it does not run. */
export async function links(engine: Pick<Engine, "containers">, texts: readonly string[]): Promise<Links> {
  const found = await Promise.all(
    texts.map(async (text) => {
      const [reference = "", alias = reference] = text.split(":");
      const container = await engine.containers.get(reference.replace(/^\//, ""));
      if (container === undefined)
        throw new DockerError(400, `could not get container for ${reference}: No such container: ${reference}`);
      return { container, alias: alias.split("/").at(-1) ?? alias };
    }),
  );
  return {
    hosts: found.flatMap(({ container, alias }) =>
      [...new Set([alias, container.id.slice(0, 12), container.name])].map((name) => ({
        name,
        address: addressOf(container, alias),
      })),
    ),
    env: found.flatMap(({ container, alias }) => variables(container, alias)),
  };
}

function addressOf({ endpoints = [], name }: Container, alias: string): string {
  const address = endpoints.find(({ network }) => network === "bridge")?.address;
  if (!address) throw new DockerError(400, `Cannot link to a non running container: /${name} AS /${alias}`);
  return address;
}

function variables(container: Container, alias: string): string[] {
  const prefix = alias.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  const address = addressOf(container, alias);
  const ports = Object.keys((container.spec.asked?.Config?.ExposedPorts as object | undefined) ?? {}).sort();
  return [
    `${prefix}_NAME=/${container.name}/${alias}`,
    ...ports.slice(0, 1).map((port) => `${prefix}_PORT=${url(address, port)}`),
    ...ports.flatMap((port) => {
      const [number = "", protocol = "tcp"] = port.split("/");
      const name = `${prefix}_PORT_${number}_${protocol.toUpperCase()}`;
      return [
        `${name}=${url(address, port)}`,
        `${name}_ADDR=${address}`,
        `${name}_PORT=${number}`,
        `${name}_PROTO=${protocol}`,
      ];
    }),
    ...(container.spec.env ?? []).map((entry) => `${prefix}_ENV_${entry}`),
  ];
}

function url(address: string, port: string): string {
  const [number, protocol = "tcp"] = port.split("/");
  return `${protocol}://${address}:${number}`;
}
