/** GET /images/json. */
import type { Image } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { imageSummary, namesOf } from "./image-shapes.ts";

export function listImages({ engine }: Deps): Handler {
  return async function listImages(call) {
    const tests = [...filters(call)].map(([name, values]) => {
      const test = TESTS[name];
      if (test === undefined) throw new DockerError(400, `invalid filter '${name}'`);
      return (image: Image) => values.some((value) => test(image, value));
    });
    const images = (await engine.images.list()).filter((image) => tests.every((test) => test(image)));
    return { status: 200, json: images.sort((a, b) => b.created - a.created).map(imageSummary) };
  };
}

const TESTS: Readonly<Record<string, (image: Image, value: string) => boolean>> = {
  // A pattern: "busybox", "busybox:*", "example/*:1".
  reference: (image, value) => {
    const source = value
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^/]*")
      .replaceAll("?", "[^/]");
    const pattern = new RegExp(`^${source}$`);
    return namesOf(image).tags.some((tag) => pattern.test(tag) || pattern.test(tag.slice(0, tag.lastIndexOf(":"))));
  },
  dangling: (image, value) => (namesOf(image).tags.length === 0) === ["true", "1"].includes(value),
  label: ({ config }, value) => {
    const equals = value.indexOf("=");
    const found = config.config?.Labels?.[equals < 0 ? value : value.slice(0, equals)];
    return equals < 0 ? found !== undefined : found === value.slice(equals + 1);
  },
};
