import { DockerError } from "../http/docker-error.ts";

/** Does it, and puts `what` before the words of a refusal. */
export async function whileTrying<Result>(what: string, act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    throw new DockerError(error.status, `${what}: ${error.message}`, { cause: error });
  }
}
