/** A Dockerfile that cannot be built as it is written, or a build that failed at one of its instructions. */
export class DockerfileError extends Error {
  override readonly name: string = "DockerfileError";
  /** Line of the Dockerfile, from 1; undefined where no line is to blame. */
  readonly line: number | undefined;
  /** What is wrong, without the place. */
  readonly reason: string;

  constructor(reason: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? reason : `dockerfile line ${line}: ${reason}`, options);
    this.reason = reason;
    this.line = line;
  }
}

/** A Dockerfile that does not follow the grammar: nothing of it was built. */
export class DockerfileParseError extends DockerfileError {
  override readonly name = "DockerfileParseError";

  constructor(reason: string, line: number | undefined, options?: ErrorOptions) {
    super(reason, line, options);
    this.message = `dockerfile parse error${line === undefined ? "" : ` line ${line}`}: ${reason}`;
  }
}
