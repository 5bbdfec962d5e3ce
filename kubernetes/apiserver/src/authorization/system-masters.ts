import { ALLOWED, type Authorizer, NO_OPINION } from "./authorizer.ts";

/** The group whose members may do everything, whatever the stored roles say: the way back in when those are broken. */
export const SYSTEM_MASTERS = "system:masters";

/** Allows the members of `system:masters` everything. Their rules are listed by RBAC, which binds them to `cluster-admin`. */
export const systemMasters: Authorizer = {
  authorize: (user) => (user.groups.includes(SYSTEM_MASTERS) ? ALLOWED : NO_OPINION),
};
