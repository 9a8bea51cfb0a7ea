import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ProvisioningParameters, rotationTemplate } from '@rollcall/contract/provisioning';
import { AppError, Denied } from '@rollcall/kit/app-error';
import { z } from 'zod';
import { checkClaim } from '../../domain/check-claim.ts';
import { registerDevice } from '../../domain/register-device.ts';
import { rotateCertificate } from '../../domain/rotate-certificate.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { openRecords } from './open-records.ts';

/** Source: "Pre-provisioning hook input", AWS IoT developer guide. */
const HookEvent = z.object({
  /** Of the certificate with which the client is connected. */
  claimCertificateId: z.string().regex(/^[0-9a-f]{64}$/),
  certificateId: z.string().regex(/^[0-9a-f]{64}$/),
  templateArn: z.string(),
  clientId: z.string(),
  parameters: ProvisioningParameters,
});
type HookEvent = z.infer<typeof HookEvent>;

/** Source: "Pre-provisioning hook return value". The overrides go to the template, above what the device claims. */
interface HookAnswer {
  readonly allowProvisioning: boolean;
  readonly parameterOverrides?: { readonly SerialNumber: string; readonly Org: string };
}

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('provisioning-hook', config);
const { stores, clock } = openRecords(config);
const ports = { ...stores, clock };

/**
 * Whether a device may get a certificate. One that shows a claim: only if its serial number is on the allow-list of an organization, whose
 * claim it is, and to which it is then bound. One that shows a certificate of its own, by the template for that: only for itself.
 * Everything else is a no, errors too.
 */
export const handler = lambdaHandler(basis, async (raw): Promise<HookAnswer> => {
  try {
    const event = HookEvent.parse(raw);
    const id = event.parameters.SerialNumber;
    const org = await stores.devices.organizationOf(id);
    if (!org) throw new Denied(`device ${id} is on no allow-list`, { code: 'device-not-allowed' });
    const isRotation = event.templateArn.endsWith(`/${rotationTemplate(config.prefix)}`);
    await (isRotation ? rotate(org, id, event) : register(org, id, event));
    return { allowProvisioning: true, parameterOverrides: { SerialNumber: id, Org: org } };
  } catch (err) {
    const reason = err instanceof AppError ? err.message : 'the request could not be read, or it failed here';
    basis.log.warn('provisioning-denied', { reason, ...(err instanceof AppError ? {} : { err }) });
    return { allowProvisioning: false };
  }
});

async function register(org: OrganizationId, id: DeviceId, event: HookEvent): Promise<void> {
  const { claimCertificateId: claim, certificateId } = event;
  await checkClaim(ports, org, claim);
  await registerDevice(ports, org, id, { fingerprint: certificateId });
  basis.log.info('device-registered', { org, deviceId: id, certificateId, claim });
}

async function rotate(org: OrganizationId, id: DeviceId, event: HookEvent): Promise<void> {
  const { claimCertificateId: present, certificateId, clientId } = event;
  if (clientId !== id) throw new Denied(`client ${clientId} asks for a certificate of device ${id}`);
  await rotateCertificate(ports, org, id, { present, next: { fingerprint: certificateId } });
  basis.log.info('certificate-issued', { org, deviceId: id, certificateId });
}
