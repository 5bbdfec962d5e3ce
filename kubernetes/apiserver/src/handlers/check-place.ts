import { StatusError } from "@skiff/api";
import type { Call } from "../call.ts";
import type { Draft } from "../state/api-object.ts";

/** Checks that an object to be written is where the path leads, and fills in a namespace it leaves out. Throws StatusError 400. */
export function checkPlace({ info }: Call, { metadata }: Draft): void {
  if (info.resource?.namespaced) {
    metadata.namespace ||= info.namespace;
    if (metadata.namespace !== info.namespace) {
      throw StatusError.badRequest(
        "the namespace of the provided object does not match the namespace sent on the request",
      );
    }
  }
  if (!metadata.name) {
    const why = `the name of the object (${info.name} based on URL) was undeterminable: name must be provided`;
    throw StatusError.badRequest(why);
  }
  if (metadata.name !== info.name) {
    throw StatusError.badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
    );
  }
}
