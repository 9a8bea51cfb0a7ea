import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { DeviceConfiguration, type ProvisioningParameters } from '@rollcall/contract/provisioning';
import { AppError, Denied, Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import { parse } from '@rollcall/kit/parse';
import type { iotidentity } from 'aws-iot-device-sdk-v2';
import type { DeviceIdentity, PendingCertificate } from './device-identity.ts';
import { signingRequest } from './signing-request.ts';

export interface CertificateWish {
  readonly service: iotidentity.IotIdentityClientv2;
  readonly template: string;
  readonly serial: DeviceId;
  readonly privateKeyPem: string;
  /** What an interrupted try had come to. */
  readonly pending: PendingCertificate | undefined;
  readonly savePending: (pending: PendingCertificate) => Promise<void>;
  readonly dropPending: () => Promise<void>;
  readonly log: Log;
}

/**
 * A registered certificate for a key of the device, by Fleet Provisioning with a signing request, so that the private key never leaves
 * the device. What was issued is on disk before it is registered, and a repetition goes on from there.
 * @throws Unavailable when nobody answers, Denied when the device is not allowed.
 */
export async function obtainCertificate(wish: CertificateWish): Promise<Omit<DeviceIdentity, 'privateKeyPem'>> {
  const { pending, savePending, dropPending, log } = wish;
  if (pending) {
    try {
      return await register(wish, pending);
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      // The token of an earlier try is good for an hour.
      log.info('provisioning-starts-over', { reason: error.message });
      await dropPending();
    }
  }
  const issued = await requestCertificate(wish);
  await savePending(issued);
  return register(wish, issued);
}

async function requestCertificate({ service, privateKeyPem, serial }: CertificateWish): Promise<PendingCertificate> {
  const certificateSigningRequest = await signingRequest(privateKeyPem, serial);
  const request = service.createCertificateFromCsr({ certificateSigningRequest });
  const { certificatePem, certificateOwnershipToken } = await translated(request, 'a certificate');
  if (!certificatePem || !certificateOwnershipToken) {
    throw new Unavailable('expected a certificate and its ownership token from the provisioning service, got neither');
  }
  return { certificatePem, ownershipToken: certificateOwnershipToken };
}

async function register(
  { service, template, serial }: CertificateWish,
  { certificatePem, ownershipToken }: PendingCertificate,
): Promise<Omit<DeviceIdentity, 'privateKeyPem'>> {
  const parameters: ProvisioningParameters = { SerialNumber: serial };
  const response = await translated(
    service.registerThing({ templateName: template, certificateOwnershipToken: ownershipToken, parameters }),
    `a thing for serial number ${serial}`,
  );
  const device = parse(DeviceId, response.thingName, 'the thing name in the provisioning answer');
  const org = OrganizationId.safeParse(DeviceConfiguration.safeParse(response.deviceConfiguration).data?.org).data;
  return { device, ...(org && { org }), certificatePem };
}

/** The SDK's errors in words; what the service says is what ops need. */
async function translated<T>(answer: Promise<T>, what: string): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const said = modeledError(cause);
    if (!said) throw new Unavailable(`asked for ${what}, and nobody answered: ${String(cause)}`, { cause });
    const message = `asked for ${what}, and the provisioning service refused: ${said.errorMessage ?? said.errorCode} (${said.errorCode}); check that the serial number is on the allow-list and the template's name`;
    const mayWorkLater = (said.statusCode ?? 400) >= 500 || said.statusCode === 429;
    throw mayWorkLater ? new Unavailable(message, { cause }) : new Denied(message, { cause });
  }
}

function modeledError(cause: unknown): iotidentity.model.V2ErrorResponse | undefined {
  if (!(cause instanceof Error) || !('modeledError' in cause)) return undefined;
  const said = cause.modeledError;
  return typeof said === 'object' && said !== null ? said : undefined;
}
