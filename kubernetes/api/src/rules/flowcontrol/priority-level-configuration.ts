/** PriorityLevelConfiguration. */
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from "@skiff/api/flowcontrol/v1";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { specAndStatus } from "../strategy.ts";
import { checkConditions } from "./conditions.ts";
import { checkFixedSpec } from "./fixed-specs.ts";

const MOST_QUEUES = 10_000_000;
/** Hands are dealt from one hash of this many bits. */
const HASH_BITS = 60;

function defaults({ spec }: Mutable<PriorityLevelConfiguration>): void {
  if (spec.type === "Exempt") {
    spec.exempt ??= {};
    spec.exempt.nominalConcurrencyShares ??= 0;
    spec.exempt.lendablePercent ??= 0;
  }
  if (spec.limited === undefined) return;
  spec.limited.nominalConcurrencyShares ??= 30;
  spec.limited.lendablePercent ??= 0;
  const queuing = spec.limited.limitResponse?.queuing;
  if (queuing === undefined) return;
  queuing.queues ||= 64;
  queuing.handSize ||= 8;
  queuing.queueLengthLimit ||= 50;
}

function checkSpec(spec: PriorityLevelConfigurationSpec, name: string, errors: FieldError[]): void {
  const type = spec.type ?? "";
  if ((name === "exempt") !== (type === "Exempt")) {
    errors.push(invalid("spec.type", type, "type must be 'Exempt' if and only if name is 'exempt'"));
  }
  switch (type) {
    case "Exempt":
      if (spec.limited) errors.push(forbidden("spec.limited", "must be nil if the type is not Limited"));
      if (spec.exempt) checkExempt(spec.exempt, errors);
      break;
    case "Limited":
      if (spec.exempt) errors.push(forbidden("spec.exempt", "must be nil if the type is Limited"));
      if (spec.limited) checkLimited(spec.limited, errors);
      else errors.push(required("spec.limited", "must not be empty when type is Limited"));
      break;
    default:
      errors.push(notSupported("spec.type", type, ["Exempt", "Limited"]));
  }
}

type Shared = ExemptPriorityLevelConfiguration | LimitedPriorityLevelConfiguration;

function checkShares(level: Shared, field: string, errors: FieldError[]): void {
  const shares = level.nominalConcurrencyShares;
  if (shares !== undefined && shares < 0) {
    errors.push(invalid(`${field}.nominalConcurrencyShares`, shares, "must be a non-negative integer"));
  }
  const lendable = level.lendablePercent;
  if (lendable !== undefined && (lendable < 0 || lendable > 100)) {
    errors.push(invalid(`${field}.lendablePercent`, lendable, "must be between 0 and 100, inclusive"));
  }
}

function checkExempt(exempt: ExemptPriorityLevelConfiguration, errors: FieldError[]): void {
  checkShares(exempt, "spec.exempt", errors);
}

function checkLimited(limited: LimitedPriorityLevelConfiguration, errors: FieldError[]): void {
  checkShares(limited, "spec.limited", errors);
  const borrowing = limited.borrowingLimitPercent;
  if (borrowing !== undefined && borrowing < 0) {
    const why = "if specified, must be a non-negative integer";
    errors.push(invalid("spec.limited.borrowingLimitPercent", borrowing, why));
  }
  checkResponse(limited.limitResponse ?? { type: "" }, "spec.limited.limitResponse", errors);
}

function checkResponse({ type = "", queuing }: LimitResponse, field: string, errors: FieldError[]): void {
  switch (type) {
    case "Reject":
      if (queuing) {
        const why = "must be nil if limited.limitResponse.type is not Limited";
        errors.push(forbidden(`${field}.queuing`, why));
      }
      break;
    case "Queue":
      if (queuing) checkQueuing(queuing, `${field}.queuing`, errors);
      else errors.push(required(`${field}.queuing`, "must not be empty if limited.limitResponse.type is Limited"));
      break;
    default:
      errors.push(notSupported(`${field}.type`, type, ["Queue", "Reject"]));
  }
}

function checkQueuing(queuing: QueuingConfiguration, field: string, errors: FieldError[]): void {
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing;
  if (queueLengthLimit <= 0) errors.push(invalid(`${field}.queueLengthLimit`, queueLengthLimit, "must be positive"));
  if (queues <= 0) errors.push(invalid(`${field}.queues`, queues, "must be positive"));
  else if (queues > MOST_QUEUES) {
    errors.push(invalid(`${field}.queues`, queues, `must not be greater than ${MOST_QUEUES}`));
  }
  const at = `${field}.handSize`;
  if (handSize <= 0) errors.push(invalid(at, handSize, "must be positive"));
  else if (handSize > queues) errors.push(invalid(at, handSize, `should not be greater than queues (${queues})`));
  else if (bitsToDeal(queues, handSize) > HASH_BITS) {
    const need = `required entropy bits of deckSize ${queues} and handSize ${handSize}`;
    errors.push(invalid(at, handSize, `${need} should not be greater than ${HASH_BITS}`));
  }
}

/** How many bits of randomness it takes to deal `hand` of `deck` cards. */
function bitsToDeal(deck: number, hand: number): number {
  return hand > HASH_BITS ? Number.POSITIVE_INFINITY : Math.ceil(Math.log2(deck) * hand);
}

function validate(level: PriorityLevelConfiguration): FieldError[] {
  const errors: FieldError[] = [];
  const { name } = level.metadata;
  checkSpec(level.spec, name, errors);
  checkFixedSpec("PriorityLevelConfiguration", name, level.spec, errors);
  checkConditions(level.status?.conditions, errors);
  return errors;
}

export const priorityLevelConfigurationRules: KindRules<PriorityLevelConfiguration> = {
  ...specAndStatus<PriorityLevelConfiguration>(() => ({})),
  defaults,
  validate,
  validateUpdate: validate,
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    checkConditions(status?.conditions, errors);
    return errors;
  },
  allowUnconditionalUpdate: false,
};
