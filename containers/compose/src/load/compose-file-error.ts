/** What is wrong with a Compose file, and where: the one error of loading. */

const LONGEST_PATH = 200;

/** A place in a file: lines and columns count from 1. */
export interface Place {
  /** As a person would name it: relative to the working directory where that is shorter. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The attribute, `services.web.ports[0]`. */
  readonly path?: string;
}

/**
 * Thrown by everything that loads a project. `message` is for people and complete: `file:line:column: path: what is wrong`,
 * as much of it as is known. Other errors (of the file system, for one) are not wrapped in it unless a file's place helps.
 */
export class ComposeFileError extends Error {
  readonly place: Place | undefined;
  /** What is wrong, without the place. */
  readonly reason: string;

  constructor(reason: string, place?: Place, options?: ErrorOptions) {
    super(place === undefined ? reason : `${describePlace(place)}: ${reason}`, options);
    this.name = "ComposeFileError";
    this.reason = reason;
    this.place = place;
  }
}

function describePlace({ file, line, column, path }: Place): string {
  const at = line === undefined ? file : column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
  if (path === undefined || path === "") return at;
  return `${at}: ${path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path}`;
}
