import { IoTClient } from '@aws-sdk/client-iot';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { IotDeviceJobs } from '../../adapters/aws/iot-device-jobs.ts';

/** The queues of jobs of AWS IoT. */
export function openDeviceJobs(): IotDeviceJobs {
  return new IotDeviceJobs(new IoTClient(awsClientSettings({ requestTimeoutMs: 5_000 })));
}
