import { ConfigProblem, DeviceConfig } from '@rollcall/contract/device-config';
import { z } from 'zod';

/** What a device keeps of its configuration from afar, so that it starts with it, whoever is away. */
export const KeptConfig = z.object({
  v: z.literal(1),
  /** The last one that is known to work. */
  good: DeviceConfig,
  /** The one in effect, while it has yet to show that it works; `starts` counts how often the agent began with it. */
  trial: z.object({ config: DeviceConfig, starts: z.int().min(0) }).optional(),
  /** One that did not work: it is not tried again until something else was wanted. */
  failed: z.object({ config: DeviceConfig, problems: z.array(ConfigProblem) }).optional(),
});
export type KeptConfig = Readonly<z.infer<typeof KeptConfig>>;

/** Where it is kept. */
export interface ConfigFile {
  /** undefined when there is none, or none that can be read: that is logged. */
  load(): Promise<KeptConfig | undefined>;
  /** Durable when it resolves. @throws Unavailable when the disk does not take it. */
  save(kept: KeptConfig): Promise<void>;
}
