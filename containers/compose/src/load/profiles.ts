/** Profiles: which services take part. */
import type { Service } from "../model.ts";
import { ComposeFileError, type Place } from "./compose-file-error.ts";

/** Services by whether they take part. */
export interface SplitServices {
  readonly services: Readonly<Record<string, Service>>;
  readonly disabledServices: Readonly<Record<string, Service>>;
}

/** Options of `splitByProfiles`. */
export interface SplitOptions {
  /** False: services may need what does not take part. */
  readonly consistency: boolean;
  /** Where a service names what it depends on. */
  readonly placeOf: (service: string, dependency: string) => Place | undefined;
}

/** Gives the profiles that the caller asks for: `--profile`, or else `COMPOSE_PROFILES`, separated by commas. */
export function askedProfiles(
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const asked = flags.length > 0 ? flags : (environment.COMPOSE_PROFILES ?? "").split(",");
  return [...new Set(asked.map((profile) => profile.trim()).filter((profile) => profile !== ""))];
}

/**
 * Splits `all` services: one takes part when it has no profiles, when one of its profiles is in `profiles` (`*` is all of
 * them), or when the caller names it. Optional dependencies on what does not take part are left out. Throws
 * `ComposeFileError` when a service that takes part needs one that does not.
 */
export function splitByProfiles(
  all: Readonly<Record<string, Service>>,
  profiles: readonly string[],
  named: readonly string[],
  { consistency, placeOf }: SplitOptions,
): SplitServices {
  const asked = new Set([...profiles, ...named.flatMap((name) => all[name]?.profiles ?? [])]);
  const isEnabled = ({ name, profiles: own = [] }: Service): boolean =>
    own.length === 0 || asked.has("*") || named.includes(name) || own.some((profile) => asked.has(profile));
  const services: Record<string, Service> = {};
  const disabledServices: Record<string, Service> = {};
  for (const [name, service] of Object.entries(all)) (isEnabled(service) ? services : disabledServices)[name] = service;
  for (const [name, service] of Object.entries(services)) {
    const { depends_on: dependencies, ...rest } = service;
    if (dependencies === undefined) continue;
    const kept = Object.entries(dependencies).filter(([other, { required }]) => {
      if (services[other] !== undefined) return true;
      if (!required || !consistency) return false;
      const needed = disabledServices[other]?.profiles?.join(", ") ?? "";
      throw new ComposeFileError(
        `service ${JSON.stringify(other)} is required by ${JSON.stringify(name)} but is disabled. Can be enabled by profiles [${needed}]`,
        placeOf(name, other),
      );
    });
    services[name] = kept.length === 0 ? rest : { ...rest, depends_on: Object.fromEntries(kept) };
  }
  return { services, disabledServices };
}
