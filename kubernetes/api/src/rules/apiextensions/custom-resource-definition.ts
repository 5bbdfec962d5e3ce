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
import { checkConversion } from "./conversion.ts";
import { checkVersionSchema } from "./schema.ts";
import { checkSelectableFields, checkSubresources } from "./version-parts.ts";

/** The annotation with the review that lets a definition use a group of the project's own. */
const APPROVAL = "api-approved.kubernetes.io";
const UNAPPROVED = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;

/** Groups of the project itself need its approval. */
function isProtected(group: string): boolean {
  return /(^|\.)(k8s\.io|kubernetes\.io)$/.test(group);
}

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];

function validate(definition: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, spec } = definition;
  const { names } = spec;
  if (metadata.name && metadata.name !== `${names.plural}.${spec.group}`) {
    errors.push(invalid("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  checkGroup(spec.group, errors);
  checkOneOf(spec.scope, ["Cluster", "Namespaced"], "spec.scope", errors);
  if (isProtected(spec.group) && !metadata.annotations?.[APPROVAL]) {
    errors.push(required(`metadata.annotations[${APPROVAL}]`, UNAPPROVED));
  }
  if (spec.preserveUnknownFields) {
    errors.push(invalid("spec.preserveUnknownFields", true, "must be false"));
  }
  checkVersions(spec, errors);
  checkNames(names, "spec.names", errors);
  if (spec.conversion) checkConversion(spec.conversion, "spec.conversion", errors);
  checkStoredVersions(definition, errors);
  return errors;
}

/** What objects may be stored in must be known for as long as it is said that they may. */
function checkStoredVersions({ spec, status }: CustomResourceDefinition, errors: FieldError[]): void {
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) {
    errors.push(invalid("status.storedVersions", null, "must have at least one stored version"));
  }
  stored.forEach((version, index) => {
    if (spec.versions.some(({ name }) => name === version)) return;
    errors.push(invalid(`status.storedVersions[${index}]`, version, "must appear in spec.versions"));
  });
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
  version: CustomResourceDefinitionVersion,
  index: number,
  alone: boolean,
  errors: FieldError[],
): void {
  const { schema, additionalPrinterColumns, subresources, selectableFields, deprecated, deprecationWarning } = version;
  const field = `spec.versions[${index}]`;
  const common = alone ? "spec" : field;
  const openApi = schema?.openAPIV3Schema;
  if (!openApi) errors.push(required(`${field}.schema.openAPIV3Schema`, "schemas are required"));
  else errors.push(...checkVersionSchema(openApi, `${alone ? "spec.validation" : `${field}.schema`}.openAPIV3Schema`));
  if (deprecationWarning !== undefined && !deprecated) {
    const why = "can only be set for deprecated versions";
    errors.push(invalid(`${field}.deprecationWarning`, deprecationWarning, why));
  }
  if (subresources) checkSubresources(subresources, `${common}.subresources`, errors);
  if (selectableFields) checkSelectableFields(selectableFields, version, `${common}.selectableFields`, errors);
  additionalPrinterColumns?.forEach(({ name, type, jsonPath }, column) => {
    const at = `${common}.additionalPrinterColumns[${column}]`;
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
  validateStatusUpdate(definition) {
    const errors: FieldError[] = [];
    checkStoredVersions(definition, errors);
    return errors;
  },
  prepareForUpdate(definition, old) {
    strategy.prepareForUpdate(definition, old);
    // What may be stored in some version is remembered until somebody has migrated it.
    const storage = definition.spec.versions.find((version) => version.storage)?.name;
    const stored = definition.status?.storedVersions ?? [];
    if (definition.status && storage !== undefined && !stored.includes(storage)) {
      definition.status = { ...definition.status, storedVersions: [...stored, storage] };
    }
  },
  prepareForCreate(definition) {
    strategy.prepareForCreate(definition);
    const storedVersions = definition.spec.versions.filter(({ storage }) => storage).map(({ name }) => name);
    definition.status = { acceptedNames: { plural: "", kind: "" }, storedVersions };
  },
};
