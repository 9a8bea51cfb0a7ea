import { z } from 'zod';
import { DeviceId } from './ids.ts';
import { Sighting } from './sighting.ts';

/** What the live feed carries, on `{prefix}/{org}/live/{kind}`. */
export const LiveEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sighting'), sighting: Sighting }),
  /** The attendance of this day changed: read it again. */
  z.object({ kind: z.literal('attendance'), date: z.string() }),
  /** A device came, went or sent its health: read it again. */
  z.object({ kind: z.literal('device'), deviceId: DeviceId }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
