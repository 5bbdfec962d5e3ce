/** The order of the attributes of networks, volumes and the like, which is that of `docker compose config`. */
import { ever, type Form, listOf, stated, structure, texts, value } from "./form.ts";

const file = structure({
  ...{ name: value, file: value, environment: value, content: value, external: value, labels: texts },
  ...{ driver: value, driver_opts: texts, template_driver: value },
});

/** By the sections that hold them. */
export const RESOURCES = {
  networks: structure({
    ...{ name: value, driver: value, driver_opts: texts },
    ipam: ever({
      driver: value,
      config: listOf(structure({ subnet: value, gateway: value, ip_range: value, aux_addresses: texts })),
    }),
    ...{ external: value, internal: value, attachable: value, labels: texts, enable_ipv4: stated, enable_ipv6: stated },
  }),
  volumes: structure({ name: value, driver: value, driver_opts: texts, external: value, labels: texts }),
  secrets: file,
  configs: file,
  models: structure({ name: value, model: value, context_size: value, runtime_flags: value }),
} as const satisfies Readonly<Record<string, Form>>;
