/** The conditions under which a webhook is called, beside its rules. */
import { StatusError } from "@skiff/api";
import type { Conditions } from "./invocation.ts";

/** Refuses what has conditions. */
export const matchConditions: Conditions = () => {
  throw StatusError.internal("match conditions cannot be evaluated");
};
