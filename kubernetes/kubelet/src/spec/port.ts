import type { Container } from "@skiff/api/core/v1";

/** The number behind a port given as a number, as digits, or by the name of one of the container's ports. */
export function resolvePort(port: number | string, container: Container): number {
  const named = container.ports?.find((candidate) => candidate.name === port)?.containerPort;
  const number = named ?? Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    throw new Error(`couldn't find port: ${JSON.stringify(port)} in container ${container.name}`);
  }
  return number;
}
