/** The forms of the tables that describe a wire format. */

/** Number and type of a field; a type that is no scalar of protobuf names a message or an enumeration. */
export type FieldEntry = readonly [id: number, type: string, kind?: "map" | "repeated"];

/** Messages by name. In a `whole` one, decoding fills in every field that is missing. */
export type MessageTable = Readonly<
  Record<string, { readonly whole: boolean; readonly fields: Readonly<Record<string, FieldEntry>> }>
>;

/** Numbers of each enumeration by name. */
export type EnumTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Methods of one service by the name they have in TypeScript. `stream`: many answers. */
export type MethodTable = Readonly<
  Record<
    string,
    { readonly path: string; readonly request: string; readonly response: string; readonly stream: boolean }
  >
>;
