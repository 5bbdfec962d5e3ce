/** CustomResourceDefinition. */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from "@skiff/api/apiextensions/v1";
import { isDns1035Label, isDns1123Subdomain } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { specAndStatus } from "../strategy.ts";
import { checkSchema } from "./schema.ts";

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];

function validate(definition: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, spec, status } = definition;
  const { names } = spec;
  if (metadata.name && metadata.name !== `${names.plural}.${spec.group}`) {
    errors.push(invalid("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  checkGroup(spec.group, errors);
  checkOneOf(spec.scope, ["Cluster", "Namespaced"], "spec.scope", errors);
  checkVersions(spec, errors);
  checkNames(names, "spec.names", errors);
  if ((status?.storedVersions ?? []).length === 0) {
    errors.push(invalid("status.storedVersions", null, "must have at least one stored version"));
  }
  return errors;
}

function checkGroup(group: string, errors: FieldError[]): void {
  if (!group) errors.push(required("spec.group"));
  else if (isDns1123Subdomain(group).length > 0) {
    errors.push(invalid("spec.group", group, isDns1123Subdomain(group).join(",")));
  } else if (!group.includes(".")) {
    errors.push(invalid("spec.group", group, "should be a domain with at least one dot"));
  }
}

function checkVersions({ versions }: CustomResourceDefinitionSpec, errors: FieldError[]): void {
  versions.forEach((version, index) => {
    for (const reason of isDns1035Label(version.name)) {
      errors.push(invalid(`spec.versions[${index}].name`, version.name, reason));
    }
    // What all versions have in common is reported on the definition, where older versions of the API had it.
    checkVersion(version, index, versions.length === 1, errors);
  });
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalid("spec.versions", versions, "must contain unique version names"));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid("spec.versions", versions, "must have exactly one version marked as storage version"));
  }
}

function checkVersion(
  { schema, additionalPrinterColumns }: CustomResourceDefinitionVersion,
  index: number,
  alone: boolean,
  errors: FieldError[],
): void {
  const field = `spec.versions[${index}]`;
  const openApi = schema?.openAPIV3Schema;
  if (!openApi) errors.push(required(`${field}.schema.openAPIV3Schema`, "schemas are required"));
  else checkSchema(openApi, `${alone ? "spec.validation" : `${field}.schema`}.openAPIV3Schema`, errors);
  additionalPrinterColumns?.forEach(({ name, type, jsonPath }, column) => {
    const at = `${alone ? "spec" : field}.additionalPrinterColumns[${column}]`;
    if (!name) errors.push(required(`${at}.name`));
    if (!type) errors.push(required(`${at}.type`, `must be one of ${COLUMN_TYPES.join(",")}`));
    else if (!COLUMN_TYPES.includes(type)) {
      errors.push(invalid(`${at}.type`, type, `must be one of ${COLUMN_TYPES.join(",")}`));
    }
    if (!jsonPath) errors.push(required(`${at}.JSONPath`));
  });
}

/** Checks names as the spec asks for them. */
function checkNames(names: CustomResourceDefinitionNames, field: string, errors: FieldError[]): void {
  const label = (at: string, value: string | undefined) => {
    for (const reason of value ? isDns1035Label(value) : []) errors.push(invalid(`${field}.${at}`, value, reason));
  };
  const mixedCase = (at: string, value: string | undefined) => {
    for (const reason of value ? isDns1035Label(value.toLowerCase()) : []) {
      errors.push(invalid(`${field}.${at}`, value, `may have mixed case, but should otherwise match: ${reason}`));
    }
  };
  if (!names.plural) errors.push(required(`${field}.plural`));
  label("plural", names.plural);
  label("singular", names.singular);
  if (!names.kind) errors.push(required(`${field}.kind`));
  mixedCase("kind", names.kind);
  mixedCase("listKind", names.listKind);
  names.shortNames?.forEach((name, index) => {
    label(`shortNames[${index}]`, name);
  });
  names.categories?.forEach((name, index) => {
    label(`categories[${index}]`, name);
  });
  if (names.kind && names.kind === names.listKind) {
    errors.push(invalid(`${field}.listKind`, names.listKind, "kind and listKind may not be the same"));
  }
}

const strategy = specAndStatus<CustomResourceDefinition>(() => ({}));

export const customResourceDefinitionRules: KindRules<CustomResourceDefinition> = {
  ...strategy,
  anyFinalizer: true,
  defaults({ spec }) {
    spec.names.singular ||= spec.names.kind.toLowerCase();
    if (spec.names.kind) spec.names.listKind ||= `${spec.names.kind}List`;
    spec.conversion ??= { strategy: "None" };
    const service = spec.conversion.webhook?.clientConfig?.service;
    if (service) service.port ??= 443;
  },
  validate,
  validateUpdate(definition, old) {
    const errors: FieldError[] = [];
    checkImmutable(definition.spec.group, old.spec.group, "spec.group", errors);
    checkImmutable(definition.spec.scope, old.spec.scope, "spec.scope", errors);
    checkImmutable(definition.spec.names.plural, old.spec.names.plural, "spec.names.plural", errors);
    const known = new Set(errors.map(({ field }) => field));
    // A name that no longer fits is what the change of its parts was refused for.
    const rest = validate(definition).filter(({ field }) => !(field === "metadata.name" && known.size > 0));
    return [...errors, ...rest];
  },
  prepareForCreate(definition) {
    strategy.prepareForCreate(definition);
    const storedVersions = definition.spec.versions.filter(({ storage }) => storage).map(({ name }) => name);
    definition.status = { acceptedNames: { plural: "", kind: "" }, storedVersions };
  },
};
