import { DockerApiError } from "@skiff/docker/client";

/** Carries out one request per operand and prints what succeeded; what the API refuses is told and does not stop the others. */
export async function forEach(
  operands: readonly string[],
  usage: string,
  request: (operand: string) => Promise<unknown>,
): Promise<number> {
  if (operands.length === 0) throw new Error(`at least one container is required\n\nUsage: ${usage}`);
  let code = 0;
  for (const operand of operands) {
    try {
      await request(operand);
      process.stdout.write(`${operand}\n`);
    } catch (error) {
      if (!(error instanceof DockerApiError)) throw error;
      process.stderr.write(`skiff: ${error.message}\n`);
      code = 1;
    }
  }
  return code;
}
