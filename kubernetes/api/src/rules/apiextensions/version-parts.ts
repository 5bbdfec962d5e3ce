/** What a version of a custom resource has beside its schema: subresources, and fields that can be selected by. */
import type {
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  JSONSchemaProps,
  SelectableField,
} from "@skiff/api/apiextensions/v1";
import { type FieldError, invalid, required, tooMany } from "../field-error.ts";

const MOST_SELECTABLE = 8;
const SELECTABLE_TYPES = ["boolean", "integer", "string"];

/** Checks the paths of the scale subresource. */
export function checkSubresources({ scale }: CustomResourceSubresources, field: string, errors: FieldError[]): void {
  if (!scale) return;
  const check = (name: string, path: string | undefined, under: readonly string[], isRequired: boolean) => {
    const at = `${field}.scale.${name}`;
    if (!path) {
      if (isRequired) errors.push(required(at));
      return;
    }
    const names = namesOf(path);
    if (!names) errors.push(invalid(at, path, "should be a simple json path: no filters, wildcards or indexes"));
    else if (names.length < 2 || !under.includes(names[0] ?? "")) {
      errors.push(invalid(at, path, `should be a json path under ${under.map((name) => `.${name}`).join(" or ")}`));
    }
  };
  check("specReplicasPath", scale.specReplicasPath, ["spec"], true);
  check("statusReplicasPath", scale.statusReplicasPath, ["status"], true);
  check("labelSelectorPath", scale.labelSelectorPath, ["spec", "status"], false);
}

/** Checks that each field is one, has a type that can be compared with text, and is there once. */
export function checkSelectableFields(
  fields: readonly SelectableField[],
  { schema }: CustomResourceDefinitionVersion,
  field: string,
  errors: FieldError[],
): void {
  if (fields.length > MOST_SELECTABLE) errors.push(tooMany(field, fields.length, MOST_SELECTABLE));
  const seen = new Set<string>();
  fields.forEach(({ jsonPath }, index) => {
    const at = `${field}[${index}].jsonPath`;
    if (!jsonPath) {
      errors.push(required(at));
      return;
    }
    const names = namesOf(jsonPath);
    const target = names && schema?.openAPIV3Schema && schemaAt(schema.openAPIV3Schema, names);
    if (!names) errors.push(invalid(at, jsonPath, "is an invalid path: does not refer to a valid field"));
    else if (names[0] === "metadata") errors.push(invalid(at, jsonPath, "must not point to fields in metadata"));
    else if (!target) errors.push(invalid(at, jsonPath, "is an invalid path: does not refer to a valid field"));
    else if (!SELECTABLE_TYPES.includes(target.type ?? "")) {
      errors.push(
        invalid(
          at,
          jsonPath,
          "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
        ),
      );
    } else if (seen.has(jsonPath))
      errors.push({ type: "FieldValueDuplicate", field: at, badValue: jsonPath, detail: "" });
    seen.add(jsonPath);
  });
}

function namesOf(path: string): string[] | undefined {
  if (!/^(?:\.[A-Za-z0-9_-]+|\['(?:[^'\\]|\\.)+'\])+$/.test(path)) return undefined;
  return Array.from(path.matchAll(/\.([A-Za-z0-9_-]+)|\['((?:[^'\\]|\\.)+)'\]/g), ([, name, quoted]) =>
    (name ?? quoted ?? "").replace(/\\(.)/g, "$1"),
  );
}

function schemaAt(root: JSONSchemaProps, names: readonly string[]): JSONSchemaProps | undefined {
  return names.reduce<JSONSchemaProps | undefined>((schema, name) => {
    const { properties } = schema ?? {};
    return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
  }, root);
}
