/** VolumeAttachment. */
import type { VolumeAttachment, VolumeAttachmentSource } from "@skiff/api/storage/v1";
import { isDns1123Subdomain } from "../../names.ts";
import { type FieldError, forbidden, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkForm } from "../meta/formats.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { keep } from "../strategy.ts";
import { checkDriverName } from "./driver-name.ts";

const EITHER = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

function validate({ spec }: VolumeAttachment): FieldError[] {
  const errors: FieldError[] = [];
  const attacher = spec.attacher ?? "";
  if (attacher === "") errors.push(required("spec.attacher", attacher));
  checkSource(spec.source ?? {}, "spec.source", errors);
  checkForm(spec.nodeName, isDns1123Subdomain, "spec.nodeName", errors);
  return errors;
}

function checkSource(source: VolumeAttachmentSource, field: string, errors: FieldError[]): void {
  const { inlineVolumeSpec, persistentVolumeName } = source;
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) errors.push(required(field, EITHER));
  else if (inlineVolumeSpec && persistentVolumeName !== undefined) errors.push(forbidden(field, EITHER));
  else if (persistentVolumeName === "") {
    errors.push(required(`${field}.persistentVolumeName`, "must specify non empty persistentVolumeName"));
  } else if (inlineVolumeSpec && inlineVolumeSpec.csi === undefined) {
    errors.push(required(`${field}.inlineVolumeSpec`, "must specify a volume type"));
  }
}

/** What version 1 checks beyond the versions before it. */
function validateNew(attachment: VolumeAttachment): FieldError[] {
  const errors = validate(attachment);
  checkDriverName(attachment.spec.attacher ?? "", "spec.attacher", errors);
  const volume = attachment.spec.source?.persistentVolumeName;
  if (volume !== undefined) checkForm(volume, isDns1123Subdomain, "spec.source.persistentVolumeName", errors);
  return errors;
}

export const volumeAttachmentRules: KindRules<VolumeAttachment> = {
  validate: validateNew,
  validateUpdate(attachment, old) {
    const errors = validate(attachment);
    checkImmutable(attachment.spec, old.spec, "spec", errors);
    return errors;
  },
  prepareForCreate(attachment) {
    attachment.status = { attached: false };
  },
  prepareForUpdate(attachment, old) {
    keep<VolumeAttachment>(attachment, old, "status");
  },
  prepareForStatusUpdate(attachment, old) {
    keep<VolumeAttachment>(attachment, old, "spec");
  },
  allowUnconditionalUpdate: false,
};
