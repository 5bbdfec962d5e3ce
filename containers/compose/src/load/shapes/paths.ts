/** Attributes that name files of the host. */
import { isAbsolute, join, resolve } from "node:path";
import { type Node, scalar } from "../node.ts";
import { atom, text } from "./scalars.ts";
import { mustBe, type Reading, type Shape } from "./shape.ts";

/** Gives the absolute form of `path`, which may begin with `~`. */
export function absolute(path: string, { baseDirectory, resolvePaths, home }: Reading): string {
  if (home !== undefined && (path === "~" || path.startsWith("~/"))) return join(home, path.slice(1));
  if (isAbsolute(path)) return path;
  return resolvePaths ? resolve(baseDirectory, path) : path;
}

/** The path of a file or directory. */
export const path: Shape = atom((node, at, reading) => {
  const read = text.read(node, at, reading);
  return read.kind === "scalar" && typeof read.value === "string" ? scalar(absolute(read.value, reading), read) : read;
});

const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i;

/** Whether a build context is an address and no directory. */
export function isRemoteContext(context: string): boolean {
  return REMOTE.test(context);
}

/** The context of a build: a directory, or an address, which stays as it is. */
export const context: Shape = atom((node, at, reading) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return mustBe(node, at, "a directory or an address");
  return contextNode(node, node.value, reading);
});

/** One of `additional_contexts`: also `service:<name>` and `target:<name>`. */
export const namedContext: Shape = atom((node, at, reading) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return mustBe(node, at, "a directory or an address");
  return /^(?:service|target):/.test(node.value) ? node : contextNode(node, node.value, reading);
});

function contextNode(node: Node, written: string, reading: Reading): Node {
  return isRemoteContext(written) ? node : scalar(absolute(written, reading), node);
}
