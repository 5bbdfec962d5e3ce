import { makeDirectory } from "../rootfs/copy-into.ts";
import { findOwner } from "../rootfs/find-owner.ts";
import type { StageState } from "../stage-state.ts";
import { layerStep } from "./layer-step.ts";
import type { StepDeps } from "./step-deps.ts";

/** WORKDIR's other half: the directory is made, and what is new of it belongs to the user that commands run as. */
export async function workdirStep(deps: StepDeps, state: StageState, step: number): Promise<StageState> {
  const path = state.config.WorkingDir ?? "/";
  const user = state.config.User ?? "";
  const before = state.history.slice(0, -1);
  return layerStep(
    deps,
    { ...state, history: before },
    {
      step,
      key: ["workdir", path, ...(user === "" ? [] : [user])],
      createdBy: `WORKDIR ${path}`,
      change: async (_, mount) => {
        const root = await mount();
        makeDirectory(root, path, user === "" ? { uid: 0, gid: 0 } : await findOwner(root, user));
      },
    },
  );
}
