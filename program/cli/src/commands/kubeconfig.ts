/** `skiff kubeconfig`: prints where the administrator's kubeconfig is. */
import { existsSync } from "node:fs";
import { runCommand } from "../command.ts";
import { layoutFor } from "../layout.ts";
import { type InstanceOptions, instanceCommand } from "./instance-options.ts";

export function run(args: readonly string[]): Promise<number> {
  const command = instanceCommand("kubeconfig", "print the path of the kubeconfig").action(
    (options: InstanceOptions) => {
      const { kubeconfig, data } = layoutFor(options);
      if (!existsSync(kubeconfig))
        throw new Error(`there is no kubeconfig in ${data}: start the cluster with 'skiff up'`);
      process.stdout.write(`${kubeconfig}\n`);
    },
  );
  return runCommand(command, args);
}
