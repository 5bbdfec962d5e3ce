/** Errors in Docker's shape: a status and a message, `{"message": "…"}` on the wire. */
import { DockerfileError } from "@skiff/builder";
import { EngineError, type EngineErrorCode } from "@skiff/engine";
import { RegistryError } from "@skiff/registry";

/** A failure whose status and message the caller is to see as they are. */
export class DockerError extends Error {
  override readonly name = "DockerError";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const STATUS: Readonly<Record<EngineErrorCode, number>> = {
  "not-found": 404,
  conflict: 409,
  invalid: 400,
  "too-large": 400,
  unauthorized: 401,
  unavailable: 500,
  unsupported: 501,
  internal: 500,
};

/** The answer that an error gets. What is not a known kind is the server's own fault: 500, with its message. */
export function toDockerError(error: unknown): DockerError {
  if (error instanceof DockerError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof EngineError) return new DockerError(STATUS[error.code], message, { cause: error });
  if (error instanceof DockerfileError) return new DockerError(400, message, { cause: error });
  if (error instanceof RegistryError) {
    return new DockerError(error.code === "INVALID_REFERENCE" ? 400 : error.status, message, { cause: error });
  }
  return new DockerError(500, message, { cause: error });
}

/** The container is not there, in Docker's words. */
export function noSuchContainer(id: string): DockerError {
  return new DockerError(404, `No such container: ${id}`);
}

/** The image is not there, in Docker's words. */
export function noSuchImage(reference: string): DockerError {
  return new DockerError(404, `No such image: ${reference}`);
}
