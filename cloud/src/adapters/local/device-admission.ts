import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import { checkClaim, type CheckClaimPorts } from '../../domain/check-claim.ts';
import { isAdmitted } from '../../domain/device-certificates.ts';
import type { DeviceStore } from '../../store/device-store.ts';

/** Who is at the other end of a connection: a thing, or somebody with a claim certificate. */
export type Admitted =
  | { readonly kind: 'device'; readonly deviceId: DeviceId; readonly certificate: string }
  | { readonly kind: 'claim'; readonly certificate: string };

export interface DeviceAdmissionPorts extends CheckClaimPorts {
  readonly devices: DeviceStore;
}

/**
 * Who may connect with the certificate of this fingerprint. It is read from the records each time, two reads by key per
 * connection, so that a revocation counts at once wherever it was made.
 * @throws Denied, its code saying which rule it was.
 */
export async function admitDevice(
  ports: DeviceAdmissionPorts,
  org: OrganizationId,
  fingerprint: string,
  clientId: string,
): Promise<Admitted> {
  const certificate = await ports.certificates.get(org, fingerprint);
  if (!certificate) throw new Denied('this certificate was never registered', { code: 'unknown-certificate' });
  if (certificate.kind === 'claim') {
    await checkClaim(ports, org, fingerprint);
    return { kind: 'claim', certificate: fingerprint };
  }
  const { deviceId } = certificate;
  const device = await ports.devices.get(org, deviceId);
  if (!device) throw new Denied(`there is no device ${deviceId} any more`, { code: 'unknown-device' });
  if (!isAdmitted(device, fingerprint)) {
    throw new Denied(`the certificate of device ${deviceId} was revoked`, { code: 'revoked-certificate' });
  }
  // As AWS IoT policies have it: iot:Connect on client/${iot:Connection.Thing.ThingName}.
  if (clientId !== deviceId) {
    throw new Denied(`device ${deviceId} came with another client id`, { code: 'wrong-client-id' });
  }
  return { kind: 'device', deviceId, certificate: fingerprint };
}
