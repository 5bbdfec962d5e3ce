import { messageOf, VerbFailure } from "./verb.ts";

/**
 * Carries out one request per operand and prints what succeeded; what is refused is told and does not stop the others. Gives the exit
 * code: 1 where something was refused, but for a VerbFailure with exit code 0.
 */
export async function forEach(
  operands: readonly string[],
  request: (operand: string) => Promise<unknown>,
): Promise<number> {
  let code = 0;
  for (const operand of operands) {
    try {
      await request(operand);
      process.stdout.write(`${operand}\n`);
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
      code = Math.max(code, error instanceof VerbFailure ? error.exitCode : 1);
    }
  }
  return code;
}
