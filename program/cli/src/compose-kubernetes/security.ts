/** Who a service runs as, and what it may do. */
import type { PodSecurityContext, SecurityContext } from "@skiff/api/core/v1";
import type { Service } from "@skiff/compose";
import type { ConversionContext } from "./context.ts";

/** What holds for the container; undefined where nothing was said. */
export function containerSecurity(service: Service, context: ConversionContext): SecurityContext | undefined {
  const options = service.security_opt ?? [];
  const add = capabilities(service.cap_add);
  const drop = capabilities(service.cap_drop);
  const security: SecurityContext = {
    ...userOf(service, context),
    ...(service.privileged ? { privileged: true } : {}),
    ...(service.read_only ? { readOnlyRootFilesystem: true } : {}),
    ...(options.some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option))
      ? { allowPrivilegeEscalation: false }
      : {}),
    ...(options.some((option) => /^seccomp[:=]unconfined$/.test(option))
      ? { seccompProfile: { type: "Unconfined" } }
      : {}),
    ...(add || drop ? { capabilities: { add, drop } } : {}),
  };
  const unknown = options.filter(
    (option) => !/^(?:no-new-privileges(?:[:=](?:true|false))?|seccomp[:=]unconfined)$/.test(option),
  );
  for (const option of unknown)
    context.warn(`service "${service.name}": security_opt "${option}" is not carried over to the cluster`);
  return Object.keys(security).length > 0 ? security : undefined;
}

/** What holds for the Pod; undefined where nothing was said. */
export function podSecurity(service: Service, context: ConversionContext): PodSecurityContext | undefined {
  const groups = (service.group_add ?? []).filter((group) => {
    if (/^\d+$/.test(group)) return true;
    context.warn(`service "${service.name}": group "${group}" has to be a number on the cluster`);
    return false;
  });
  const sysctls = Object.entries(service.sysctls ?? {}).map(([name, value]) => ({ name, value: String(value) }));
  if (groups.length === 0 && sysctls.length === 0) return undefined;
  return {
    ...(groups.length > 0 ? { supplementalGroups: groups.map(Number) } : {}),
    ...(sysctls.length > 0 ? { sysctls } : {}),
  };
}

function userOf(service: Service, context: ConversionContext): SecurityContext {
  if (!service.user) return {};
  const [user = "", group] = service.user.split(":");
  const numbers = /^\d+$/.test(user) && (group === undefined || /^\d+$/.test(group));
  if (numbers) return { runAsUser: Number(user), ...(group === undefined ? {} : { runAsGroup: Number(group) }) };
  const known = context.facts.images.get(service.name)?.user;
  if (known) return { runAsUser: known.uid, runAsGroup: known.gid };
  context.warn(
    `service "${service.name}": user "${service.user}" has to be a number on the cluster; the image's own user is taken`,
  );
  return {};
}

function capabilities(names: readonly string[] | undefined): string[] | undefined {
  if (!names || names.length === 0) return undefined;
  return names.map((name) => name.toUpperCase().replace(/^CAP_/, ""));
}
