/** Event, in its older form (core/v1) and its newer one (events/v1): one object under two names for its fields. */
import type { Event as CoreEvent } from "@skiff/api/core/v1";
import type { Event } from "@skiff/api/events/v1";
import { isQualifiedName } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkOneOf } from "../meta/one-of.ts";

/** Events are named by their reporters, who have never been held to a form. */
const anyName = (): readonly string[] => [];

function checkNamespace(
  namespace: string | undefined,
  about: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  // Events about things outside namespaces are kept in `default`.
  const wanted = about || "default";
  if (namespace === wanted || (!about && namespace === "kube-system")) return;
  errors.push(invalid(`${field}.namespace`, about ?? "", "does not match event.namespace"));
}

function checkReporter(
  event: {
    readonly reportingInstance?: string | undefined;
    readonly action?: string | undefined;
    readonly reason?: string | undefined;
    readonly type?: string | undefined;
  },
  controller: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (!controller) errors.push(required(field));
  for (const reason of isQualifiedName(controller ?? "")) errors.push(invalid(field, controller ?? "", reason));
  checkText(event.reportingInstance, "reportingInstance", errors);
  checkText(event.action, "action", errors);
  checkText(event.reason, "reason", errors);
  checkOneOf(event.type, ["Normal", "Warning"], "type", errors);
}

const LONGEST = 128;

function checkText(text: string | undefined, field: string, errors: FieldError[]): void {
  if (!text) errors.push(required(field));
  else if (text.length > LONGEST) errors.push(invalid(field, "", `can have at most ${LONGEST} characters`));
}

function validateCore(event: CoreEvent): FieldError[] {
  const errors: FieldError[] = [];
  checkNamespace(event.metadata.namespace, event.involvedObject?.namespace, "involvedObject", errors);
  if (event.eventTime) checkReporter(event, event.reportingComponent, "reportingController", errors);
  return errors;
}

function validateNew(event: Event): FieldError[] {
  const errors: FieldError[] = [];
  checkNamespace(event.metadata.namespace, event.regarding?.namespace, "regarding", errors);
  if (!event.eventTime) errors.push(required("eventTime"));
  else checkReporter(event, event.reportingController, "reportingController", errors);
  if (Buffer.byteLength(event.note ?? "") > 1024) {
    errors.push(invalid("note", "", "can have at most 1024 characters"));
  }
  return errors;
}

export const coreEventRules: KindRules<CoreEvent> = {
  anyFinalizer: true,
  name: anyName,
  allowCreateOnUpdate: true,
  defaults(event) {
    event.reportingComponent ??= "";
    event.reportingInstance ??= "";
  },
  validate: validateCore,
  validateUpdate: validateCore,
  selectableFields(event) {
    const about = event.involvedObject;
    return {
      "involvedObject.kind": about?.kind ?? "",
      "involvedObject.namespace": about?.namespace ?? "",
      "involvedObject.name": about?.name ?? "",
      "involvedObject.uid": about?.uid ?? "",
      "involvedObject.apiVersion": about?.apiVersion ?? "",
      "involvedObject.resourceVersion": about?.resourceVersion ?? "",
      "involvedObject.fieldPath": about?.fieldPath ?? "",
      reason: event.reason ?? "",
      reportingComponent: event.reportingComponent ?? "",
      source: event.source?.component || (event.reportingComponent ?? ""),
      type: event.type ?? "",
    };
  },
};

export const eventRules: KindRules<Event> = {
  anyFinalizer: true,
  name: anyName,
  allowCreateOnUpdate: true,
  validate: validateNew,
  validateUpdate: () => [],
  selectableFields(event) {
    const about = event.regarding;
    return {
      "regarding.kind": about?.kind ?? "",
      "regarding.namespace": about?.namespace ?? "",
      "regarding.name": about?.name ?? "",
      "regarding.uid": about?.uid ?? "",
      "regarding.apiVersion": about?.apiVersion ?? "",
      "regarding.resourceVersion": about?.resourceVersion ?? "",
      "regarding.fieldPath": about?.fieldPath ?? "",
      reason: event.reason ?? "",
      reportingController: event.reportingController ?? "",
      type: event.type ?? "",
    };
  },
};
