/** The filters of image lists and prunes. */

import type { Image } from "@skiff/engine";
import { DockerError } from "../http/docker-error.ts";
import { hasLabel } from "../http/has-label.ts";
import { timeOf } from "../http/time-of.ts";
import { namesOf } from "./image-shapes.ts";

type Test = (image: Image) => boolean;

/** What a filter's value needs to know besides the image. */
interface Context {
  /** Finds an image another filter compares with. Rejects with 404. */
  readonly find: (reference: string) => Promise<Image>;
}

const FILTERS: Readonly<Record<string, (value: string, context: Context) => Test | Promise<Test>>> = {
  // A pattern: "busybox", "busybox:*", "example/*:1".
  reference: (value) => {
    const matches = referencePattern(value);
    return (image) => Object.values(namesOf(image)).flat().some(matches);
  },
  dangling: (value) => {
    const wanted = booleanOf("dangling", value);
    return (image) => (namesOf(image).tags.length === 0) === wanted;
  },
  label: labelled,
  "label!": (value) => {
    const test = labelled(value);
    return (image) => !test(image);
  },
  before: async (value, { find }) => {
    const { created } = await find(value);
    return (image) => image.created < created;
  },
  since: async (value, { find }) => {
    const { created } = await find(value);
    return (image) => image.created > created;
  },
  until: (value) => {
    const limit = timeOf(value, Date.now());
    return (image) => image.created < limit;
  },
};

/**
 * One test for all filters given: an image passes each of them, by any of its values, but every label. Throws 400 for a filter that is not
 * in `known`.
 */
export async function imageFilter(
  given: ReadonlyMap<string, readonly string[]>,
  known: readonly string[],
  context: Context,
): Promise<Test> {
  const tests: Test[] = [];
  for (const [name, values] of given) {
    const filter = known.includes(name) ? FILTERS[name] : undefined;
    if (filter === undefined) throw new DockerError(400, `invalid filter '${name}'`);
    const each = await Promise.all(values.map((value) => filter(value, context)));
    const all = name.startsWith("label");
    tests.push((image) => (all ? each.every((test) => test(image)) : each.some((test) => test(image))));
  }
  return (image) => tests.every((test) => test(image));
}

function labelled(value: string): Test {
  return ({ config }) => hasLabel(config.config?.Labels, value);
}

/** A filter's yes or no. Throws 400. */
export function booleanOf(name: string, value: string): boolean {
  if (["true", "1"].includes(value)) return true;
  if (["false", "0"].includes(value)) return false;
  throw new DockerError(400, `invalid filter '${name}=[${value}]'`);
}

/** Whether a name is one that the pattern of a `reference` filter means, with its tag or digest or without. */
export function referencePattern(value: string): (name: string) => boolean {
  const source = value
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  const pattern = new RegExp(`^${source}$`);
  return (name) => pattern.test(name) || pattern.test(name.replace(/(?:@sha256:[0-9a-f]+|:[^:/]+)$/, ""));
}
