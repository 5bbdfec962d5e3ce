/** A Dockerfile that cannot be built as it is written, or a build that failed at one of its instructions. */
export class DockerfileError extends Error {
  override readonly name = "DockerfileError";
  /** Line of the Dockerfile, from 1; undefined where no line is to blame. */
  readonly line: number | undefined;

  constructor(message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `dockerfile line ${line}: ${message}`, options);
    this.line = line;
  }
}
