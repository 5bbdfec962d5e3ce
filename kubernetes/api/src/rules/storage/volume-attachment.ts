/** VolumeAttachment. */
import type { VolumeAttachment } from "@skiff/api/storage/v1";
import { isDns1123Subdomain, isQualifiedName } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkForm, checkRequiredForm } from "../meta/formats.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { keep } from "../strategy.ts";

function validate({ spec }: VolumeAttachment): FieldError[] {
  const errors: FieldError[] = [];
  checkAttacher(spec.attacher ?? "", "spec.attacher", errors);
  const { inlineVolumeSpec, persistentVolumeName } = spec.source ?? {};
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) {
    errors.push(required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName"));
  }
  if (inlineVolumeSpec !== undefined && persistentVolumeName !== undefined) {
    const why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    errors.push(invalid("spec.source", spec.source, why));
  }
  if (persistentVolumeName !== undefined) {
    if (persistentVolumeName === "") {
      errors.push(required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"));
    }
  } else if (inlineVolumeSpec?.csi === undefined && inlineVolumeSpec !== undefined) {
    errors.push(required("spec.source.inlineVolumeSpec.csi"));
  }
  checkRequiredForm(spec.nodeName, isDns1123Subdomain, "spec.nodeName", errors);
  return errors;
}

function checkAttacher(name: string, field: string, errors: FieldError[]): void {
  if (name === "") errors.push(required(field, name));
  else checkForm(name.toLowerCase(), isQualifiedName, field, errors);
}

export const volumeAttachmentRules: KindRules<VolumeAttachment> = {
  validate,
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
