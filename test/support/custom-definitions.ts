/**
 * Custom resource definitions of the size that platforms bring with them: fifteen kinds of an imaginary one, each with Pod
 * templates, conditions and rules somewhere inside. Built of parts, as the generators of such definitions do.
 */

type Schema = Readonly<Record<string, unknown>>;

const text = (description: string, more: Schema = {}): Schema => ({
  type: "string",
  description,
  maxLength: 253,
  ...more,
});
const whole = (description: string, more: Schema = {}): Schema => ({
  type: "integer",
  format: "int32",
  description,
  ...more,
});
const object = (description: string, properties: Schema, more: Schema = {}): Schema => ({
  type: "object",
  description,
  properties,
  ...more,
});
const list = (description: string, items: Schema, more: Schema = {}): Schema => ({
  type: "array",
  description,
  maxItems: 16,
  items,
  ...more,
});
const mapOf = (description: string, value: Schema): Schema => ({
  type: "object",
  description,
  maxProperties: 32,
  additionalProperties: value,
});
const byKey = (...keys: readonly string[]): Schema => ({
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": keys,
});
const rules = (...pairs: readonly (readonly [rule: string, message: string])[]): Schema => ({
  "x-kubernetes-validations": pairs.map(([rule, message]) => ({ rule, message })),
});

const name = text("The name of an object in the same namespace.", {
  minLength: 1,
  pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
});
const duration = text("A length of time, such as 1h30m.", { format: "duration", maxLength: 32 });
const port = whole("A port number.", { minimum: 1, maximum: 65_535 });
const quantity: Schema = {
  description: "An amount of a resource.",
  anyOf: [{ type: "integer" }, { type: "string" }],
  pattern: "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?[0-9]+))?$",
  "x-kubernetes-int-or-string": true,
};
const reference = (what: string): Schema =>
  object(
    `Where to find ${what}.`,
    {
      group: text("Its API group.", { default: "" }),
      kind: text("Its kind."),
      name,
      namespace: text("Its namespace."),
    },
    { required: ["kind", "name"], "x-kubernetes-map-type": "atomic" },
  );
const selector = object("Which objects.", {
  matchLabels: mapOf("Labels they all have.", { type: "string", maxLength: 63 }),
  matchExpressions: list(
    "Requirements on their labels.",
    object(
      "One requirement.",
      {
        key: text("The label."),
        operator: text("How it is compared.", { enum: ["In", "NotIn", "Exists", "DoesNotExist"] }),
        values: list("With what.", { type: "string", maxLength: 63 }, { "x-kubernetes-list-type": "atomic" }),
      },
      {
        required: ["key", "operator"],
        ...rules([
          "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values)",
          "values go with In and NotIn, and with nothing else",
        ]),
      },
    ),
  ),
});
const probe = object(
  "How health is asked for.",
  {
    httpGet: object("By HTTP.", { path: text("The path."), port, scheme: text("HTTP or HTTPS.", { default: "HTTP" }) }),
    exec: object("By a command.", { command: list("The command.", { type: "string", maxLength: 1024 }) }),
    periodSeconds: whole("How often.", { default: 10, minimum: 1 }),
    timeoutSeconds: whole("For how long.", { default: 1, minimum: 1 }),
  },
  rules(
    ["has(self.httpGet) != has(self.exec)", "exactly one of httpGet and exec must be set"],
    ["self.timeoutSeconds <= self.periodSeconds", "a probe may not take longer than its period"],
  ),
);
const container = object(
  "A container.",
  {
    name,
    image: text("Its image.", { maxLength: 512 }),
    args: list("Arguments.", { type: "string", maxLength: 1024 }),
    env: list(
      "Variables.",
      object(
        "One variable.",
        { name: text("Its name."), value: text("Its value.", { default: "", maxLength: 4096 }) },
        {
          required: ["name"],
        },
      ),
      byKey("name"),
    ),
    ports: list(
      "Ports it listens on.",
      object(
        "One port.",
        { name: text("Its name."), containerPort: port, protocol: text("Its protocol.", { default: "TCP" }) },
        { required: ["containerPort"] },
      ),
      byKey("containerPort", "protocol"),
    ),
    resources: object("What it needs and may use.", {
      requests: mapOf("What it needs.", quantity),
      limits: mapOf("What it may use.", quantity),
    }),
    livenessProbe: probe,
    readinessProbe: probe,
    securityContext: object(
      "What it may do.",
      { runAsUser: { type: "integer", format: "int64" } },
      {
        "x-kubernetes-preserve-unknown-fields": true,
      },
    ),
  },
  { required: ["name", "image"] },
);
const podTemplate = object("The Pods that do the work.", {
  metadata: object("What is put on them.", {
    labels: mapOf("Labels.", { type: "string", maxLength: 63 }),
    annotations: mapOf("Annotations.", { type: "string", maxLength: 1024 }),
  }),
  containers: list("Their containers.", container, { minItems: 1, ...byKey("name") }),
  initContainers: list("What runs before.", container, byKey("name")),
  volumes: list(
    "Their volumes.",
    object("One volume.", { name, size: quantity, secretName: name }, { required: ["name"] }),
    byKey("name"),
  ),
  nodeSelector: mapOf("Where they may run.", { type: "string", maxLength: 63 }),
  tolerations: list(
    "Taints they bear.",
    object("One of them.", { key: text("The taint."), effect: text("Its effect.") }),
  ),
});
const conditions = list(
  "What is to be said of it now.",
  object(
    "One statement.",
    {
      type: text("What it is about.", { maxLength: 316 }),
      status: text("Whether it is so.", { enum: ["True", "False", "Unknown"] }),
      reason: text("Why, in one word.", { minLength: 1 }),
      message: text("Why, for people.", { maxLength: 32_768 }),
      lastTransitionTime: { type: "string", format: "date-time" },
      observedGeneration: { type: "integer", format: "int64", minimum: 0 },
    },
    { required: ["type", "status"] },
  ),
  byKey("type"),
);

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly cluster?: boolean;
  readonly spec: Schema;
  readonly required?: readonly string[];
  readonly rules?: Schema;
}

const scaled = {
  replicas: whole("How many.", { default: 1, minimum: 0, maximum: 1000 }),
  maxReplicas: whole("How many at most.", { default: 10, minimum: 1, maximum: 1000 }),
  template: podTemplate,
  selector,
};
const withinMost = rules(["self.replicas <= self.maxReplicas", "replicas must not be more than maxReplicas"]);

const kinds: readonly Kind[] = [
  { kind: "Application", plural: "applications", shortNames: ["app"], spec: scaled, rules: withinMost },
  {
    kind: "Gateway",
    plural: "gateways",
    shortNames: ["gw"],
    required: ["listeners"],
    spec: {
      className: { ...name, ...rules(["self == oldSelf", "the class of a gateway cannot be changed"]) },
      listeners: list(
        "Where it listens.",
        object(
          "One place.",
          {
            name,
            hostname: text("For which host.", { format: "hostname" }),
            port,
            protocol: text("How.", { enum: ["HTTP", "HTTPS", "TCP", "TLS"] }),
            certificateRef: reference("the certificate"),
            allowed: selector,
          },
          {
            required: ["name", "port", "protocol"],
            ...rules([
              "self.protocol in ['HTTPS', 'TLS'] ? has(self.certificateRef) : !has(self.certificateRef)",
              "a certificate goes with HTTPS and TLS, and with nothing else",
            ]),
          },
        ),
        {
          minItems: 1,
          ...byKey("name"),
          ...rules([
            "self.all(a, self.exists_one(b, a.port == b.port && a.protocol == b.protocol && (has(a.hostname) && has(b.hostname) ? a.hostname == b.hostname : !has(a.hostname) && !has(b.hostname))))",
            "listeners must differ in port, protocol or hostname",
          ]),
        },
      ),
      addresses: list("Its addresses.", text("One address.", rules(["isIP(self)", "must be an IP address"]))),
    },
  },
  {
    kind: "GatewayClass",
    plural: "gatewayclasses",
    cluster: true,
    spec: { controller: text("Who carries it out."), parameters: reference("its parameters") },
  },
  {
    kind: "Route",
    plural: "routes",
    spec: {
      parents: list("Gateways it hangs on.", reference("a gateway")),
      rules: list(
        "Where requests go.",
        object(
          "One rule.",
          {
            matches: list(
              "Which requests.",
              object("One match.", { path: text("The path.", { pattern: "^/" }), method: text("The method.") }),
            ),
            timeout: duration,
            backends: list(
              "Who answers.",
              object(
                "One of them.",
                { name, port, weight: whole("How often.", { default: 1, minimum: 0 }) },
                { required: ["name"] },
              ),
            ),
          },
          rules(["!has(self.backends) || self.backends.exists(b, b.weight > 0)", "some backend must have a weight"]),
        ),
      ),
    },
  },
  {
    kind: "Certificate",
    plural: "certificates",
    shortNames: ["cert"],
    required: ["secretName", "dnsNames"],
    spec: {
      secretName: name,
      dnsNames: list("For which hosts.", text("A host.", { format: "hostname" }), { "x-kubernetes-list-type": "set" }),
      duration,
      renewBefore: duration,
      issuer: reference("the issuer"),
      privateKey: object("Its key.", {
        algorithm: text("How.", { enum: ["RSA", "ECDSA", "Ed25519"], default: "RSA" }),
        size: whole("How long."),
      }),
    },
    rules: rules([
      "!has(self.duration) || !has(self.renewBefore) || self.renewBefore < self.duration",
      "a certificate must be renewed before it ends",
    ]),
  },
  {
    kind: "Issuer",
    plural: "issuers",
    spec: {
      acme: object("By ACME.", { server: text("Where.", { format: "uri" }) }),
      selfSigned: object("By itself.", {}),
    },
    rules: rules(["has(self.acme) != has(self.selfSigned)", "exactly one way must be chosen"]),
  },
  {
    kind: "ClusterIssuer",
    plural: "clusterissuers",
    cluster: true,
    spec: {
      acme: object("By ACME.", { server: text("Where.", { format: "uri" }) }),
      selfSigned: object("By itself.", {}),
    },
  },
  {
    kind: "Database",
    plural: "databases",
    shortNames: ["db"],
    spec: {
      ...scaled,
      version: text(
        "Which.",
        rules(["semver(self).major() >= semver(oldSelf).major()", "cannot go back to an older major version"]),
      ),
      storage: quantity,
      backup: reference("the backup"),
    },
    rules: withinMost,
  },
  {
    kind: "Backup",
    plural: "backups",
    spec: {
      schedule: text("When.", { pattern: "^(\\S+\\s+){4}\\S+$" }),
      keep: whole("How many.", { default: 7 }),
      target: reference("what is kept"),
      template: podTemplate,
    },
  },
  {
    kind: "Topic",
    plural: "topics",
    spec: {
      partitions: whole("How many parts.", {
        minimum: 1,
        ...rules(["self >= oldSelf", "partitions can only be added"]),
      }),
      settings: mapOf("Settings.", { type: "string", maxLength: 256 }),
    },
  },
  {
    kind: "Monitor",
    plural: "monitors",
    spec: {
      selector,
      endpoints: list(
        "What is asked.",
        object("One endpoint.", { port, interval: duration, path: text("Where.", { default: "/metrics" }) }),
      ),
      template: podTemplate,
    },
  },
  {
    kind: "AlertRule",
    plural: "alertrules",
    spec: {
      groups: list(
        "Groups of rules.",
        object(
          "One group.",
          {
            name,
            rules: list(
              "Its rules.",
              object("One rule.", {
                alert: text("Its name."),
                expression: text("What it looks for.", { maxLength: 2048 }),
                for: duration,
                labels: mapOf("Labels.", { type: "string", maxLength: 63 }),
              }),
            ),
          },
          { required: ["name"] },
        ),
        byKey("name"),
      ),
    },
  },
  {
    kind: "Workflow",
    plural: "workflows",
    spec: {
      steps: list(
        "Its steps.",
        object(
          "One step.",
          { name, after: list("Steps before it.", name, { "x-kubernetes-list-type": "set" }), template: podTemplate },
          { required: ["name"] },
        ),
        byKey("name"),
      ),
      input: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  },
  {
    kind: "Tenant",
    plural: "tenants",
    cluster: true,
    spec: {
      namespaces: list("Its namespaces.", name, { "x-kubernetes-list-type": "set" }),
      quota: mapOf("What it may use.", quantity),
      object: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
    },
  },
  {
    kind: "Function",
    plural: "functions",
    shortNames: ["fn"],
    spec: { ...scaled, handler: text("What is called."), timeout: duration },
    rules: withinMost,
  },
];

const GROUP = "platform.example.org";

/** The definitions, as `kubectl apply` takes them. */
export function customDefinitions(): object[] {
  return kinds.map(({ kind, plural, shortNames = [], cluster, spec, required = [], rules: own = {} }) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${GROUP}`, labels: { platform: "example" } },
    spec: {
      group: GROUP,
      scope: cluster ? "Cluster" : "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind, shortNames, categories: ["platform"] },
      versions: ["v1", "v1beta1"].map((version) => ({
        name: version,
        served: true,
        storage: version === "v1",
        additionalPrinterColumns: [
          { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        subresources: {
          status: {},
          ...("replicas" in spec && {
            scale: {
              specReplicasPath: ".spec.replicas",
              statusReplicasPath: ".status.replicas",
              labelSelectorPath: ".status.selector",
            },
          }),
        },
        schema: {
          openAPIV3Schema: object(`${kind} of the platform.`, {
            apiVersion: { type: "string" },
            kind: { type: "string" },
            metadata: { type: "object" },
            spec: object("What is wanted.", spec, { ...(required.length > 0 && { required }), ...own }),
            status: object("What is so.", {
              conditions,
              replicas: whole("How many there are."),
              selector: text("Which they are."),
            }),
          }),
        },
      })),
    },
  }));
}
