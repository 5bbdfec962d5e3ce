/** The emptiest object of a type. */
import { decodeObject } from "../decode/decode-object.ts";

/** An object of the type with nothing given: what is always present (`spec`, `status`, required lists) is there and empty. */
export function skeletonOf(typeName: string): object {
  return decodeObject({}, typeName, "Ignore").object;
}
