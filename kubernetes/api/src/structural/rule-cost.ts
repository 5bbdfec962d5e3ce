/** What a rule may cost at most, estimated from the sizes its schema allows. */
import { CostEstimator, type SizedType } from "../cel/cost-estimate.ts";
import { escapeName, withObjectMembers } from "./cel-type.ts";
import type { CompiledRule } from "./compiled-rules.ts";
import { additionalOf, isEmbedded, itemsOf, type Schema } from "./schema.ts";

/** As many bytes as one request may have. */
export const LARGEST_REQUEST = 3 * 1024 * 1024;

/** The most an evaluation of the rule costs, its message included. */
export function estimateRule({ program, message }: CompiledRule, schema: Schema, isRoot: boolean): number {
  const self = sizedType(isRoot || isEmbedded(schema) ? withObjectMembers(schema) : schema);
  const estimator = new CostEstimator({ self, oldSelf: self });
  const cost = estimator.estimate(program.expression, program.checked);
  return message ? cost + estimator.estimate(message.expression, message.checked) : cost;
}

/** The sizes of values of the schema, looked into no further than an expression does. */
export function sizedType(schema: Schema): SizedType {
  return {
    get size() {
      return largest(schema);
    },
    member(name) {
      for (const [member, part] of Object.entries(schema.properties ?? {})) {
        if (escapeName(member) === name) return sizedType(part);
      }
      const additional = additionalOf(schema);
      return additional && sizedType(additional);
    },
    get items() {
      const part = itemsOf(schema) ?? additionalOf(schema);
      return part && sizedType(part);
    },
  };
}

function largest(schema: Schema): number {
  switch (schema.type) {
    case "string":
      if (schema.enum) return Math.max(0, ...schema.enum.map((value) => String(value).length));
      if (schema.maxLength !== undefined) return schema.maxLength;
      if (schema.format === "duration") return 24;
      if (schema.format === "date") return 10;
      return schema.format === "date-time" ? 30 : LARGEST_REQUEST - 2;
    case "array": {
      const items = itemsOf(schema);
      return schema.maxItems ?? Math.floor(LARGEST_REQUEST / ((items ? leastSize(items) : 1) + 1));
    }
    case "object": {
      const additional = additionalOf(schema);
      if (!additional) return 1;
      return schema.maxProperties ?? Math.floor(LARGEST_REQUEST / (leastSize(additional) + 4));
    }
    default:
      return 1;
  }
}

/** The fewest bytes a value of the schema takes, written as JSON. */
export function leastSize(schema: Schema): number {
  switch (schema.type) {
    case "string":
      return 2 + (schema.minLength ?? 0);
    case "boolean":
      return 4;
    case "array":
      return 2;
    case "object":
      return (schema.required ?? []).reduce((size, name) => {
        const property = schema.properties?.[name];
        return size + name.length + 4 + (property ? leastSize(property) : 1);
      }, 2);
    default:
      return 1;
  }
}
