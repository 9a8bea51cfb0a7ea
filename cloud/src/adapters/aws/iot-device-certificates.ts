import {
  DeleteCertificateCommand,
  DeleteThingCommand,
  DescribeCertificateCommand,
  DetachThingPrincipalCommand,
  type IoTClient,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { DeviceCertificates } from '../../ports/device-certificates.ts';
import { awsError } from './aws-error.ts';

/**
 * Certificates that AWS IoT issued. Each step may have been done before: what is gone is fine.
 * Needs iot:DescribeCertificate, UpdateCertificate, DetachThingPrincipal, DeleteCertificate and DeleteThing.
 */
export class IotDeviceCertificates implements DeviceCertificates {
  readonly #iot: IoTClient;

  constructor(iot: IoTClient) {
    this.#iot = iot;
  }

  async retire(_org: OrganizationId, device: DeviceId, certificateId: string): Promise<void> {
    const found = await orGone(() => this.#iot.send(new DescribeCertificateCommand({ certificateId })));
    const principal = found?.certificateDescription?.certificateArn;
    if (principal === undefined) return;
    // Worthless first of all: whatever of the rest fails can be done again.
    await orGone(() => this.#iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' })));
    await orGone(() => this.#iot.send(new DetachThingPrincipalCommand({ thingName: device, principal })));
    // Forced: with the policy that is attached to it. It must be inactive and belong to no thing.
    await orGone(() => this.#iot.send(new DeleteCertificateCommand({ certificateId, forceDelete: true })));
  }

  async forget(_org: OrganizationId, device: DeviceId): Promise<void> {
    await orGone(() => this.#iot.send(new DeleteThingCommand({ thingName: device })));
  }
}

async function orGone<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw awsError(error, 'AWS IoT certificate');
  }
}
