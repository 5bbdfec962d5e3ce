/** Where a copy goes, by the rules of `cp` that `docker cp` keeps. Pure. */
import { VerbFailure } from "../verb.ts";

/** What is copied: its path as written, and what it is. */
export interface Source {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** Where to: its path as written, and what is there. */
export interface Destination {
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

/** The directory to unpack in, and the name that the source gets there; none where its contents alone are copied. */
export interface CopyPlan {
  readonly directory: string;
  readonly name: string | undefined;
}

/** Decides. Throws VerbFailure where a directory would become a file, or a file go into a directory that is not there. */
export function planCopy(source: Source, destination: Destination): CopyPlan {
  const wantsContents = /(^|\/)\.$/.test(source.path);
  if (destination.exists && destination.isDirectory)
    return { directory: destination.path, name: wantsContents ? undefined : baseName(source.path) };
  if (destination.exists && source.isDirectory) throw new VerbFailure("cannot copy directory");
  const meansDirectory = /\/\.?$/.test(destination.path);
  if (!source.isDirectory && meansDirectory)
    throw new VerbFailure(destination.exists ? "not a directory" : "no such directory");
  const path = destination.path.replace(/\/+\.?$/, "");
  return { directory: parentOf(path), name: baseName(path) };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

/** The last part of a path: "/" of the root. */
export function baseName(path: string): string {
  const plain = path.replace(/\/+$/, "");
  return plain === "" ? "/" : plain.slice(plain.lastIndexOf("/") + 1);
}

/** An end of a copy: a path in a container, or of this machine. */
export interface Argument {
  readonly container: string | undefined;
  readonly path: string;
}

/** Splits `CONTAINER:PATH`; what begins like a path of this machine is one. */
export function splitArgument(text: string): Argument {
  const colon = text.indexOf(":");
  if (text.startsWith("/") || text.startsWith(".") || colon < 0) return { container: undefined, path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}
