/** What the protobuf form of some types has beyond what the table of types says. */

/** Lists that are a message of their own on the wire, since Go gives them a named type. */
export const WRAPPED_LISTS: ReadonlySet<string> = new Set(["meta/v1.APIResource.verbs"]);

/** Fields that JSON shows as any object and protobuf as an empty message. */
export const EMPTY_MESSAGES: ReadonlySet<string> = new Set(["apiextensions/v1.CustomResourceSubresources.status"]);

/** The field numbers of what a union may hold, by what it holds. */
export const UNION_FIELDS: Readonly<Record<string, { readonly object: number; readonly other: number }>> = {
  "apiextensions/v1.JSONSchemaPropsOrArray": { object: 1, other: 2 },
  "apiextensions/v1.JSONSchemaPropsOrBool": { object: 2, other: 1 },
  "apiextensions/v1.JSONSchemaPropsOrStringArray": { object: 1, other: 2 },
};

/** The message around each element of a list inside a map, or of a wrapped list. */
export const ITEMS = 1;
