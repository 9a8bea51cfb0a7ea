import { z } from 'zod';
import { DeviceId } from './ids.ts';

/** What the agent gives to RegisterThing: checked by the pre-provisioning hook against the allow-list. */
export const ProvisioningParameters = z.object({ SerialNumber: DeviceId });
export type ProvisioningParameters = z.infer<typeof ProvisioningParameters>;

/** What the template hands back to a new device in `deviceConfiguration`. */
export const DeviceConfiguration = z.object({ org: z.string() });
export type DeviceConfiguration = z.infer<typeof DeviceConfiguration>;

/** The template by which a device that has a certificate gets its next one; `template` is the one of its first contact. */
export function rotationTemplate(template: string): string {
  return `${template}-rotate`;
}
