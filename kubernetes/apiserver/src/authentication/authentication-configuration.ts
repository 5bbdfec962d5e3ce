/** `--authentication-config`: AuthenticationConfiguration (apiserver.config.k8s.io/v1). */
import { parseConfiguration } from "../configuration/configuration-file.ts";
import { type JwtIssuer, jwtProblems } from "./jwt/jwt-configuration.ts";

/** Whether those without credentials are let in as `system:anonymous`, and where. */
export interface AnonymousOptions {
  readonly enabled: boolean;
  /** The only paths; all when missing. */
  readonly paths?: readonly string[] | undefined;
}

/** What the file says. */
export interface AuthenticationConfiguration {
  readonly jwt: readonly JwtIssuer[];
  /** Undefined where the file leaves it to the flag. */
  readonly anonymous: AnonymousOptions | undefined;
}

const MOST_ISSUERS = 64;
const EXPECTED = {
  kind: "AuthenticationConfiguration",
  apiVersions: ["v1", "v1beta1", "v1alpha1"].map((version) => `apiserver.config.k8s.io/${version}`),
};

/** Reads a configuration. Throws, naming `path` and the field, when something is wrong with it. */
export function parseAuthenticationConfiguration(text: string, path: string): AuthenticationConfiguration {
  const object = parseConfiguration(text, path, EXPECTED, ["jwt", "anonymous"]);
  const jwt = (object.jwt ?? []) as readonly JwtIssuer[];
  const problems = jwt.flatMap((issuer, index) => jwtProblems(issuer, `jwt[${index}]`));
  const urls = jwt.map(({ issuer }) => issuer?.url);
  urls.forEach((url, index) => {
    if (urls.indexOf(url) !== index) problems.push(`jwt[${index}].issuer.url: duplicate value ${JSON.stringify(url)}`);
  });
  if (jwt.length > MOST_ISSUERS) problems.push(`jwt: must have at most ${MOST_ISSUERS} items`);
  if (problems.length > 0) throw new Error(`${path}: ${problems.join(", ")}`);
  return { jwt, anonymous: anonymousOf(object.anonymous, path) };
}

function anonymousOf(said: unknown, path: string): AnonymousOptions | undefined {
  if (said === undefined) return undefined;
  const { enabled = false, conditions } = said as { enabled?: boolean; conditions?: readonly { path: string }[] };
  if (!enabled && conditions?.length)
    throw new Error(`${path}: anonymous.conditions: enabled should be set to true when conditions are defined`);
  return { enabled, ...(conditions?.length && { paths: conditions.map((condition) => condition.path) }) };
}
