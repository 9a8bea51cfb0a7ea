import { createServer } from 'node:http';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotLiveFeed } from '@rollcall/cloud/adapters/aws/iot-live-feed';
import { livePolicyDocument } from '@rollcall/cloud/adapters/aws/live-policy';
import { BrokerLiveFeed } from '@rollcall/cloud/adapters/local/broker-live-feed';
import type { Principal } from '@rollcall/cloud/ports/identity';
import { Role } from '@rollcall/contract/access';
import { OrganizationId } from '@rollcall/contract/ids';
import { systemClock as clock } from '@rollcall/kit/clock';
import { silentLog as log } from '@rollcall/kit/log';
import { UnsecuredJWT } from 'jose';
import { z } from 'zod';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { IotWebSocket } from '../aws/iot-websocket.ts';
import { testAccount } from '../aws/test-credentials.ts';
import { liveFeedContract } from './live-feed.contract.ts';
import { endServer, listen } from '../loopback.ts';

const prefix = 'rollcall';
const Claims = z.object({ sub: z.string(), org: OrganizationId, role: Role });

liveFeedContract('the site’s broker', async () => {
  const identity = { verify: (token: string) => Promise.resolve(believed(token)) };
  const feed = new BrokerLiveFeed({ prefix, identity, clock, log });
  const server = createServer();
  const port = await listen(server);
  feed.attach(server);
  await feed.start();
  return {
    feed,
    url: `ws://127.0.0.1:${port}/mqtt`,
    username: 'token',
    goAway: () => feed.stop(),
    stop: async () => {
      await feed.stop();
      await endServer(server);
    },
  };
});

liveFeedContract('AWS IoT', async () => {
  const rest = new IotEmulator();
  const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
  const client = new IoTDataPlaneClient({ ...settings, endpoint: await rest.start() });
  const iotArn = 'arn:aws:iot:eu-west-1:111122223333';
  const browsers = new IotWebSocket({
    iotArn,
    authorizers: { live: (event) => Promise.resolve(grant(iotArn, event)) },
  });
  const url = await browsers.start();
  rest.onPublish = ({ topic, payload }) => void browsers.publish(topic, payload);
  return {
    feed: new IotLiveFeed({ client, prefix, log }),
    url,
    username: 'token?x-amz-customauthorizer-name=live',
    goAway: () => Promise.resolve(void rest.faults.push({ status: 500, kind: 'InternalFailureException' })),
    stop: async () => {
      client.destroy();
      await browsers.stop();
      await rest.stop();
    },
  };
});

function believed(token: string): Principal {
  const { sub: subject, org: organizationId, role } = Claims.parse(UnsecuredJWT.decode(token).payload);
  return { subject, name: '', organizationId, role, doorId: null };
}

/** As the function `live-authorizer` answers, of a token that it need not check. */
function grant(iotArn: string, event: object): object {
  const Mqtt = z.object({ protocolData: z.object({ mqtt: z.object({ clientId: z.string(), password: z.string() }) }) });
  const { clientId, password } = Mqtt.parse(event).protocolData.mqtt;
  const principal = believed(Buffer.from(password, 'base64').toString());
  const document = livePolicyDocument({ iotArn, prefix, clientId }, principal);
  const seconds = { disconnectAfterInSeconds: 600, refreshAfterInSeconds: 600 };
  return { isAuthenticated: true, principalId: 'user1', policyDocuments: document ? [document] : [], ...seconds };
}
