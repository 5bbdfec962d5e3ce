/** The list and map types of a schema. */
import { type FieldError, forbidden, invalid, notSupported, required } from "../rules/field-error.ts";
import { itemsOf, propertyOf, type Schema } from "./schema.ts";

const LIST_TYPES = ["atomic", "map", "set"];
const SCALARS = ["boolean", "integer", "number", "string"];

/** Checks `x-kubernetes-list-type`, its keys, and `x-kubernetes-map-type`. */
export function checkListType(schema: Schema, field: string, errors: FieldError[]): void {
  const kind = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType !== undefined) {
    if (schema.type !== "object") {
      errors.push(invalid(`${field}.type`, schema.type ?? "", "must be object if x-kubernetes-map-type is specified"));
    }
    if (!["atomic", "granular"].includes(mapType)) {
      errors.push(notSupported(`${field}.x-kubernetes-map-type`, mapType, ["atomic", "granular"]));
    }
  }
  if (kind !== undefined) {
    if (schema.type !== "array") {
      errors.push(invalid(`${field}.type`, schema.type ?? "", "must be array if x-kubernetes-list-type is specified"));
    }
    if (!LIST_TYPES.includes(kind)) errors.push(notSupported(`${field}.x-kubernetes-list-type`, kind, LIST_TYPES));
  }
  if (kind === "set") checkSetItems(itemsOf(schema), `${field}.items`, errors);
  if (kind !== "map") {
    if (!keys?.length) return;
    const why = "must be map if x-kubernetes-list-map-keys is non-empty";
    const at = `${field}.x-kubernetes-list-type`;
    errors.push(kind === undefined ? required(at, why) : invalid(at, kind, why));
    return;
  }
  if (!keys?.length) {
    const why = "must not be empty if x-kubernetes-list-type is map";
    errors.push(required(`${field}.x-kubernetes-list-map-keys`, why));
    return;
  }
  checkKeys(keys, itemsOf(schema), field, errors);
}

function checkSetItems(items: Schema | undefined, field: string, errors: FieldError[]): void {
  if (!items) return;
  if (items.nullable)
    errors.push(forbidden(`${field}.nullable`, "cannot be nullable when x-kubernetes-list-type is set"));
  const atomic = "must be atomic as item of a list with x-kubernetes-list-type=set";
  if (items.type === "array" && items["x-kubernetes-list-type"] && items["x-kubernetes-list-type"] !== "atomic") {
    errors.push(invalid(`${field}.x-kubernetes-list-type`, items["x-kubernetes-list-type"], atomic));
  }
  if (items.type === "object" && items["x-kubernetes-map-type"] !== "atomic") {
    errors.push(invalid(`${field}.x-kubernetes-map-type`, items["x-kubernetes-map-type"] ?? "", atomic));
  }
}

function checkKeys(keys: readonly string[], items: Schema | undefined, field: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  keys.forEach((key, index) => {
    const at = `${field}.x-kubernetes-list-map-keys[${index}]`;
    if (seen.has(key)) errors.push({ type: "FieldValueDuplicate", field: at, badValue: key, detail: "" });
    seen.add(key);
    const property = items && propertyOf(items, key);
    if (!property) {
      errors.push(invalid(at, key, "entries must all be names of item properties"));
      return;
    }
    if (!SCALARS.includes(property.type ?? "")) {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${field}.items.properties[${key}].type`, property.type ?? "", why));
    }
    if (property.default === undefined && !items.required?.includes(key)) {
      const why = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
      errors.push(required(`${field}.items.properties[${key}].default`, why));
    }
  });
}
