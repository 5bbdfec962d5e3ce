/** CSIStorageCapacity. */
import type { CSIStorageCapacity } from "@skiff/api/storage/v1";
import { isDns1123Subdomain } from "../../names.ts";
import { checkQuantity } from "../core/resource-requirements.ts";
import type { FieldError } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkForm } from "../meta/formats.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkLabelSelector } from "../meta/label-selector.ts";

function validate({ nodeTopology, storageClassName, capacity, maximumVolumeSize }: CSIStorageCapacity): FieldError[] {
  const errors: FieldError[] = [];
  checkForm(storageClassName, isDns1123Subdomain, "storageClassName", errors);
  checkLabelSelector(nodeTopology, "nodeTopology", errors);
  if (capacity !== undefined) checkQuantity("", capacity, "capacity", errors);
  if (maximumVolumeSize !== undefined) checkQuantity("", maximumVolumeSize, "maximumVolumeSize", errors);
  return errors;
}

export const csiStorageCapacityRules: KindRules<CSIStorageCapacity> = {
  validate,
  validateUpdate(storage, old) {
    const errors = validate(storage);
    checkImmutable(storage.nodeTopology, old.nodeTopology, "nodeTopology", errors);
    checkImmutable(storage.storageClassName, old.storageClassName, "storageClassName", errors);
    return errors;
  },
  allowUnconditionalUpdate: false,
};
