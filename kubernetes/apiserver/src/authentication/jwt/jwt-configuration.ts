/** How tokens of another issuer are read: `jwt` of AuthenticationConfiguration (apiserver.config.k8s.io/v1). */

/** One issuer. */
export interface JwtIssuer {
  readonly issuer: {
    readonly url: string;
    readonly discoveryURL?: string | undefined;
    /** PEM; the system's authorities when missing. */
    readonly certificateAuthority?: string | undefined;
    readonly audiences: readonly string[];
    readonly audienceMatchPolicy?: "MatchAny" | undefined;
  };
  readonly claimValidationRules?: readonly ClaimRule[] | undefined;
  readonly claimMappings: {
    readonly username: PrefixedClaim;
    readonly groups?: PrefixedClaim | undefined;
    readonly uid?: ClaimOrExpression | undefined;
    readonly extra?: readonly { readonly key: string; readonly valueExpression: string }[] | undefined;
  };
  readonly userValidationRules?:
    | readonly { readonly expression: string; readonly message?: string | undefined }[]
    | undefined;
  /** Signature algorithms that are taken; every asymmetric one when missing. */
  readonly signingAlgorithms?: readonly string[] | undefined;
}

/** What must hold of the claims. */
export interface ClaimRule {
  readonly claim?: string | undefined;
  readonly requiredValue?: string | undefined;
  readonly expression?: string | undefined;
  readonly message?: string | undefined;
}

/** Where a value comes from: a claim, or an expression over all claims. */
export interface ClaimOrExpression {
  readonly claim?: string | undefined;
  readonly expression?: string | undefined;
}

/** A value with what is put before it. */
export interface PrefixedClaim extends ClaimOrExpression {
  readonly prefix?: string | undefined;
}

/** What is wrong with an issuer's configuration, each with its path below `path`. */
export function jwtProblems({ issuer, claimMappings, claimValidationRules = [] }: JwtIssuer, path: string): string[] {
  const problems: string[] = [];
  const need = (ok: boolean, field: string, why: string) => {
    if (!ok) problems.push(`${path}.${field}: ${why}`);
  };
  need(isHttps(issuer?.url), "issuer.url", "URL scheme must be https");
  if (issuer?.discoveryURL !== undefined) {
    need(isHttps(issuer.discoveryURL), "issuer.discoveryURL", "URL scheme must be https");
    need(issuer.discoveryURL !== issuer.url, "issuer.discoveryURL", "discoveryURL must be different from URL");
  }
  const audiences = issuer?.audiences ?? [];
  need(audiences.length > 0, "issuer.audiences", "at least one issuer.audiences is required");
  need(
    audiences.length < 2 || issuer.audienceMatchPolicy === "MatchAny",
    "issuer.audienceMatchPolicy",
    "audienceMatchPolicy must be MatchAny for multiple audiences",
  );
  const username = claimMappings?.username;
  need(
    Boolean(username?.claim) !== Boolean(username?.expression),
    "claimMappings.username",
    "either claim or expression is required, and not both",
  );
  need(
    !username?.claim || username.prefix !== undefined,
    "claimMappings.username.prefix",
    "prefix is required when claim is set. It can be set to an empty string to disable prefixing",
  );
  const groups = claimMappings?.groups;
  need(!(groups?.claim && groups.expression), "claimMappings.groups", "claim and expression can't both be set");
  need(
    !groups?.claim || groups.prefix !== undefined,
    "claimMappings.groups.prefix",
    "prefix is required when claim is set. It can be set to an empty string to disable prefixing",
  );
  claimValidationRules.forEach((rule, index) => {
    need(
      Boolean(rule.claim) !== Boolean(rule.expression),
      `claimValidationRules[${index}]`,
      "either claim or expression is required, and not both",
    );
  });
  return problems;
}

function isHttps(text: string | undefined): boolean {
  return text !== undefined && URL.canParse(text) && new URL(text).protocol === "https:";
}
