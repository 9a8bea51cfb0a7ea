import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotDeviceAcks } from '@rollcall/cloud/adapters/aws/iot-device-acks';
import { org, prefix, startTestBroker } from '@rollcall/cloud/adapters/local/site-broker-for-tests';
import { Ack } from '@rollcall/contract/capture';
import { ackTopic } from '@rollcall/contract/topics';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { testAccount } from '../aws/test-credentials.ts';
import { deviceAcksContract } from './device-acks.contract.ts';

deviceAcksContract('the site’s broker', async () => {
  const test = await startTestBroker();
  return {
    acks: test.broker,
    listen: async (id) => {
      const client = await test.connect(await test.device(id), id);
      const heard: Ack[] = [];
      client.on('message', (_, payload) => heard.push(Ack.parse(JSON.parse(payload.toString()))));
      await client.subscribeAsync(ackTopic(prefix, org, id), { qos: 1 });
      return heard;
    },
    stop: () => test.stop(),
  };
});

deviceAcksContract('AWS IoT', async () => {
  const iot = new IotEmulator();
  const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
  const client = new IoTDataPlaneClient({ ...settings, endpoint: await iot.start() });
  const listeners = new Map<string, Ack[]>();
  iot.onPublish = ({ topic, payload }) => listeners.get(topic)?.push(Ack.parse(JSON.parse(payload.toString())));
  return {
    acks: new IotDeviceAcks({ client, prefix }),
    listen: (id) => {
      const heard: Ack[] = [];
      listeners.set(ackTopic(prefix, org, id), heard);
      return Promise.resolve(heard);
    },
    stop: async () => {
      client.destroy();
      await iot.stop();
    },
  };
});
