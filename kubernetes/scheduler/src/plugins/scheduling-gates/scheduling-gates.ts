import { fits, neverFits, type PreEnqueuePlugin } from "../../framework.ts";

/** SchedulingGates: a Pod is not tried while its spec lists a gate. */
export const schedulingGates: PreEnqueuePlugin = {
  name: "SchedulingGates",
  wakesOn: [],
  preEnqueue({ pod }) {
    const gates = (pod.spec.schedulingGates ?? []).map((gate) => gate.name);
    return gates.length === 0 ? fits : neverFits(`waiting for scheduling gates: [${gates.join(" ")}]`);
  },
};
