import type { ControllerFactory } from "./controller.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { endpointSliceController } from "./endpointslice/endpointslice.ts";
import { namespaceController } from "./namespace/namespace.ts";
import { replicaSetController } from "./replicaset/replicaset.ts";
import { rootCaController } from "./root-ca/root-ca.ts";
import { serviceAccountController } from "./serviceaccount/serviceaccount.ts";

/** Every controller that runs, each independent of the others. */
export const controllers: readonly ControllerFactory[] = [
  namespaceController,
  serviceAccountController,
  rootCaController,
  deploymentController,
  replicaSetController,
  endpointsController,
  endpointSliceController,
];
