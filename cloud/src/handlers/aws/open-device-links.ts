import { IoTClient } from '@aws-sdk/client-iot';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { IotDeviceCertificates } from '../../adapters/aws/iot-device-certificates.ts';
import { IotDeviceLinks, type IotDeviceLinksOptions } from '../../adapters/aws/iot-device-links.ts';

/** The connections of devices, with what it takes to end one. */
export function openDeviceLinks(options: Omit<IotDeviceLinksOptions, 'iot'>): IotDeviceLinks {
  return new IotDeviceLinks({ ...options, iot: new IoTClient(awsClientSettings({ requestTimeoutMs: 5_000 })) });
}

/** Certificates of devices, with what it takes to take one back. */
export function openDeviceCertificates(): IotDeviceCertificates {
  return new IotDeviceCertificates(new IoTClient(awsClientSettings({ requestTimeoutMs: 5_000 })));
}
