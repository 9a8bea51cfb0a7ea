import { ProvisioningParameters } from '@rollcall/contract/provisioning';
import { AppError, Denied } from '@rollcall/kit/app-error';
import { z } from 'zod';
import { registerDevice } from '../../domain/register-device.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { openRecords } from './open-records.ts';

/** Source: "Pre-provisioning hook input", AWS IoT developer guide. */
const HookEvent = z.object({
  certificateId: z.string().regex(/^[0-9a-f]{64}$/),
  parameters: ProvisioningParameters,
});

/** Source: "Pre-provisioning hook return value". The overrides go to the template, above what the device claims. */
interface HookAnswer {
  readonly allowProvisioning: boolean;
  readonly parameterOverrides?: { readonly SerialNumber: string; readonly Org: string };
}

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('provisioning-hook', config);
const { stores, clock } = openRecords(config);

/**
 * Whether a device that shows a claim may become a thing: only if its serial number is on the allow-list of an organization, which it is
 * then bound to. Its new certificate becomes the only one that counts. Everything else is a no, errors too.
 */
export const handler = lambdaHandler(basis, async (event): Promise<HookAnswer> => {
  try {
    const { certificateId, parameters } = HookEvent.parse(event);
    const id = parameters.SerialNumber;
    const org = await stores.devices.organizationOf(id);
    if (!org) throw new Denied(`device ${id} is on no allow-list`, { code: 'device-not-allowed' });
    await registerDevice({ ...stores, clock }, org, id, certificateId);
    basis.log.info('device-registered', { org, deviceId: id, certificateId });
    return { allowProvisioning: true, parameterOverrides: { SerialNumber: id, Org: org } };
  } catch (err) {
    const reason = err instanceof AppError ? err.message : 'the request could not be read, or it failed here';
    basis.log.warn('provisioning-denied', { reason, ...(err instanceof AppError ? {} : { err }) });
    return { allowProvisioning: false };
  }
});
