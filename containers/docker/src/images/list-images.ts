/** GET /images/json. */
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { noSuchImage } from "../http/docker-error.ts";
import { displayName } from "./display-name.ts";
import { imageFilter, referencePattern } from "./image-filters.ts";
import { imageSummary } from "./image-shapes.ts";

const FILTERS = ["before", "dangling", "label", "reference", "since", "until"];

export function listImages({ engine }: Deps): Handler {
  return async function listImages(call) {
    const find = async (reference: string) => {
      const found = await engine.images.get(reference);
      if (found === undefined) throw noSuchImage(displayName(reference));
      return found;
    };
    const wanted = filters(call);
    const test = await imageFilter(wanted, FILTERS, { find });
    const patterns = (wanted.get("reference") ?? []).map(referencePattern);
    const isShown = (name: string) => patterns.length === 0 || patterns.some((matches) => matches(name));
    const images = (await engine.images.list()).filter(test);
    return {
      status: 200,
      json: images.sort((a, b) => b.created - a.created).map((image) => imageSummary(image, isShown)),
    };
  };
}
