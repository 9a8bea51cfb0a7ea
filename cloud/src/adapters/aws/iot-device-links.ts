import { type IoTClient, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, type IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { certificatesOf } from '../../domain/device-certificates.ts';
import type { DeviceLinks } from '../../ports/device-links.ts';
import type { DeviceStore } from '../../store/device-store.ts';
import type { PresenceStore } from '../../store/presence-store.ts';
import { awsError } from './aws-error.ts';

export interface IotDeviceLinksOptions {
  readonly iot: IoTClient;
  readonly data: IoTDataPlaneClient;
  readonly devices: DeviceStore;
  readonly presence: PresenceStore;
}

/**
 * Connections of devices to AWS IoT: which there are is known from its lifecycle events. A device that is dropped cannot come back with
 * any of its certificates. Needs iot:UpdateCertificate and iot:DeleteConnection.
 */
export class IotDeviceLinks implements DeviceLinks {
  readonly #options: IotDeviceLinksOptions;

  constructor(options: IotDeviceLinksOptions) {
    this.#options = options;
  }

  online(org: OrganizationId, ids: readonly DeviceId[]): Promise<ReadonlySet<DeviceId>> {
    return this.#options.presence.online(org, ids);
  }

  async drop(org: OrganizationId, id: DeviceId): Promise<void> {
    const { iot, data, devices } = this.#options;
    const device = await devices.get(org, id);
    // Thing and client ids are of the whole account: only what is this organization's may be touched.
    const certificates = device ? certificatesOf(device) : [];
    if (certificates.length === 0) return;
    // First the certificates, or the device would be back before they no longer count.
    for (const certificateId of certificates) {
      const off = new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' });
      await orGone('certificate', () => iot.send(off));
    }
    await orGone('connection', () => data.send(new DeleteConnectionCommand({ clientId: id, cleanSession: true })));
  }
}

async function orGone(what: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return;
    throw awsError(error, `AWS IoT ${what}`);
  }
}
