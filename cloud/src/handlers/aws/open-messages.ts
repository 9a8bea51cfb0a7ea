import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { IotDeviceAcks } from '../../adapters/aws/iot-device-acks.ts';
import { IotLiveFeed } from '../../adapters/aws/iot-live-feed.ts';
import type { LiveFeed } from '../../ports/live-feed.ts';
import type { CloudConfig } from './config.ts';
import type { FunctionBasis } from './invocation.ts';

/** The client that publishes on AWS IoT. */
export function openIotData({ iotEndpoint }: Pick<CloudConfig, 'iotEndpoint'>): IoTDataPlaneClient {
  const settings = awsClientSettings({ requestTimeoutMs: 3_000 });
  return new IoTDataPlaneClient({ ...settings, ...(iotEndpoint === undefined ? {} : { endpoint: iotEndpoint }) });
}

export function openAcks(config: Pick<CloudConfig, 'prefix'>, client: IoTDataPlaneClient): IotDeviceAcks {
  return new IotDeviceAcks({ client, prefix: config.prefix });
}

/** The live feed. What is told of sightings is counted, too. */
export function openLiveFeed(
  config: Pick<CloudConfig, 'prefix'>,
  client: IoTDataPlaneClient,
  { log, metrics }: FunctionBasis,
): LiveFeed {
  const feed = new IotLiveFeed({ client, prefix: config.prefix, log });
  return {
    publish: (org, event) => {
      if (event.kind === 'sighting') metrics.add(sightingsMetric[event.sighting.verdict]);
      return feed.publish(org, event);
    },
  };
}

const sightingsMetric = {
  accepted: 'SightingsAccepted',
  doubtful: 'SightingsDoubtful',
  unknown: 'SightingsUnknown',
  unusable: 'SightingsUnusable',
  spoof: 'SightingsSpoof',
} as const;
