/** What a server does to the objects of a custom resource, in one version, by its definition. */
import type { CustomResourceDefinitionSpec, CustomResourceDefinitionVersion } from "@skiff/api/apiextensions/v1";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import { type Decoded, decodeObject, type FieldValidation } from "../decode/decode-object.ts";
import { StatusError } from "../errors.ts";
import type { ObjectType, ScalePaths } from "../object-type.ts";
import { type FieldError, invalid } from "../rules/field-error.ts";
import type { Mutable } from "../rules/kind-rules.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../rules/meta/object-meta.ts";
import type { Columns } from "../tables/column.ts";
import { wholeCelType } from "./cel-type.ts";
import { customColumns } from "./columns.ts";
import { ruleTreeOf } from "./compiled-rules.ts";
import { dropNulls, fillDefaults } from "./defaults.ts";
import { validateEmbedded } from "./embedded.ts";
import { simplePath } from "./json-path.ts";
import { validateListTypes } from "./list-types.ts";
import { structuralMergeType } from "./merge-type.ts";
import { prune } from "./prune.ts";
import { publishedSchema } from "./published-schema.ts";
import { validateRules } from "./rules.ts";
import { sameJson } from "./same-json.ts";
import { isMembers, type Members, type Schema } from "./schema.ts";
import { validateValue } from "./validate.ts";
import { valueAt } from "./value-at.ts";

type WithMeta = Mutable<{ readonly metadata: ObjectMeta }> & Members;

const BLOCKING = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);
const UNCHECKED =
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

/** The object type of one version of a definition. */
export function customObjectType(
  spec: CustomResourceDefinitionSpec,
  version: CustomResourceDefinitionVersion,
): ObjectType {
  const schema: Schema = version.schema?.openAPIV3Schema ?? { "x-kubernetes-preserve-unknown-fields": true };
  const { kind } = spec.names;
  const hasStatus = version.subresources?.status !== undefined;
  const namespaced = spec.scope === "Namespaced";

  const refusal = (why: string) =>
    StatusError.badRequest(`${kind} in version "${version.name}" cannot be handled as a ${kind}: ${why}`);

  const decode = (value: unknown, mode: FieldValidation, duplicates: readonly string[] = []): Decoded => {
    if (!isMembers(value)) throw refusal("json: cannot unmarshal into an object");
    const object = structuredClone(value);
    const { metadata, unknown } = decodeMetadata(object.metadata, refusal);
    const { kind: _kind, apiVersion: _version, metadata: _metadata, ...rest } = object;
    const result: Members = { kind: object.kind, apiVersion: object.apiVersion, metadata, ...rest };
    const dropped = prune(result, schema).map((path) => `unknown field "${path}"`);
    dropNulls(result, schema);
    const problems = mode === "Ignore" ? [] : [...duplicates, ...unknown, ...dropped];
    if (mode === "Strict" && problems.length > 0) throw refusal(`strict decoding error: ${problems.join(", ")}`);
    return { object: result, warnings: problems };
  };

  const validateContent = (object: object, old: object | undefined): FieldError[] => {
    const errors = [
      ...validateValue(object, schema, "", old),
      ...validateEmbedded(object, schema),
      ...validateListTypes(object, schema, ""),
    ];
    const scale = validateScale(object, version);
    if (!ruleTreeOf(schema)) return [...errors, ...scale];
    if (errors.some(({ type }) => BLOCKING.has(type)))
      return [...errors, invalid("<nil>", undefined, UNCHECKED), ...scale];
    return [...errors, ...validateRules(object, schema, old), ...scale];
  };
  const validateUpdate = (object: object, old: object): FieldError[] => [
    ...validateObjectMetaUpdate((object as WithMeta).metadata, (old as WithMeta).metadata),
    ...validateContent(object, old),
  ];

  return {
    decode,
    decodePatched(value, mode) {
      try {
        return decode(value, mode);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        const why = error.message.replace(/^.*? cannot be handled as a \w+: /, "");
        throw StatusError.invalid({ group: "", kind: "" }, "", [invalid("patch", JSON.stringify(value), why)]);
      }
    },
    fromStorage(object) {
      prune(object, schema);
      fillDefaults(object, schema);
      return object;
    },
    defaults: (object) => fillDefaults(object, schema),
    prepareForCreate(object) {
      const target = object as WithMeta;
      if (hasStatus) delete target.status;
      target.metadata.generation = 1;
    },
    prepareForUpdate(object, old) {
      const [target, before] = [object as WithMeta, old as WithMeta];
      if (hasStatus) keepMember(target, before, "status");
      const generation = before.metadata.generation ?? 1;
      const ignored = hasStatus ? ["metadata", "status"] : ["metadata"];
      target.metadata.generation = sameJson(without(target, ignored), without(before, ignored))
        ? generation
        : generation + 1;
    },
    prepareForStatusUpdate(object, old) {
      const [target, before] = [object as WithMeta, old as WithMeta];
      for (const name of new Set([...Object.keys(target), ...Object.keys(before)])) {
        if (!["status", "metadata", "kind", "apiVersion"].includes(name)) keepMember(target, before, name);
      }
      const { managedFields, resourceVersion } = target.metadata;
      target.metadata = { ...structuredClone(before.metadata), managedFields, resourceVersion };
      if (managedFields === undefined) delete target.metadata.managedFields;
    },
    validateCreate: (object) => [
      ...validateObjectMeta((object as WithMeta).metadata, namespaced),
      ...validateContent(object, undefined),
    ],
    validateUpdate,
    validateStatusUpdate: validateUpdate,
    selectableFields: selectableFieldsOf(version),
    columns: customColumns(version.additionalPrinterColumns) as Columns,
    merge: structuralMergeType(schema),
    scale: scaleOf(version),
    openApi: (dialect) => publishedSchema(schema, dialect),
    celType: () => wholeCelType(schema, kind),
    deprecation: deprecationOf(spec, version),
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: false,
  };
}

function scaleOf({ subresources }: CustomResourceDefinitionVersion): ScalePaths | undefined {
  if (!subresources?.scale) return undefined;
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = subresources.scale;
  return {
    specReplicas: simplePath(specReplicasPath) ?? [],
    statusReplicas: simplePath(statusReplicasPath) ?? [],
    selector: labelSelectorPath ? simplePath(labelSelectorPath) : undefined,
  };
}

function deprecationOf({ group, names }: CustomResourceDefinitionSpec, version: CustomResourceDefinitionVersion) {
  if (!version.deprecated) return undefined;
  return version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`;
}

function decodeMetadata(value: unknown, refusal: (why: string) => StatusError) {
  try {
    const { object, warnings } = decodeObject(value ?? {}, "meta/v1.ObjectMeta", "Warn");
    return { metadata: object, unknown: warnings.map((text) => text.replace(/"/, '"metadata.')) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw refusal(error.message.replace(/^.*? cannot be handled as a \w+: /, ""));
  }
}

function keepMember(target: Members, old: Members, name: string): void {
  if (old[name] === undefined) delete target[name];
  else target[name] = old[name];
}

function without(object: Members, names: readonly string[]): Members {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function selectableFieldsOf({
  selectableFields = [],
}: CustomResourceDefinitionVersion): ObjectType["selectableFields"] {
  const fields = selectableFields.flatMap(({ jsonPath }) => {
    const names = simplePath(jsonPath);
    return names ? [[jsonPath.replace(/^\./, ""), names] as const] : [];
  });
  if (fields.length === 0) return undefined;
  return (object) =>
    Object.fromEntries(
      fields.map(([name, path]) => {
        const value = valueAt(object, path);
        return [name, value === undefined || value === null ? "" : String(value)];
      }),
    );
}

/** The counts a scale is made of are no less than nothing, and its selector can be read. */
function validateScale(object: object, { subresources }: CustomResourceDefinitionVersion): FieldError[] {
  if (!subresources?.scale) return [];
  return [subresources.scale.specReplicasPath, subresources.scale.statusReplicasPath].flatMap((path) => {
    const value = valueAt(object, simplePath(path) ?? []);
    if (typeof value !== "number" || (Number.isInteger(value) && value >= 0 && value <= 2147483647)) return [];
    const why = value < 0 ? "should be a non-negative integer" : "should be less than or equal to 2147483647";
    return [invalid(path.replace(/^\./, ""), value, why)];
  });
}
