/** A text that was read, and places in it. */
import { ComposeFileError, type Place } from "./compose-file-error.ts";

/** A file as it was read. */
export interface Source {
  /** What a person calls it: relative to the caller's directory where it lies inside. */
  readonly name: string;
  /** Absolute; `-` for standard input. */
  readonly path: string;
  readonly text: string;
}

/** A character of a source. */
export interface Position {
  readonly source: Source;
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
}

/** The place of a position, for people, with the attribute that stands there. */
export function placeOf({ source, offset }: Position, path?: string): Place {
  const before = source.text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - (before.lastIndexOf("\n") + 1) + 1;
  return path === undefined ? { file: source.name, line, column } : { file: source.name, line, column, path };
}

/** Ends loading because of what stands at `position`. */
export function failAt(position: Position, path: string, reason: string): never {
  throw new ComposeFileError(reason, placeOf(position, path));
}
