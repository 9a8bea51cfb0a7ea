import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type CloudFunction, functions } from '@rollcall/cloud/manifest';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { startDynamo } from '../aws/start-dynamo.ts';
import { startS3 } from '../aws/start-s3.ts';
import { testAccount } from '../aws/test-credentials.ts';
import { startEmulator } from '../rekognition/start-emulator.ts';
import { bundled } from './bundled.ts';
import { LambdaFunction } from './lambda-function.ts';
import { LambdaQueue } from './lambda-queue.ts';
import { RecordingServer } from './recording-server.ts';
import { SecretsEmulator } from './secrets-emulator.ts';
import { clientId, startIssuer } from './token-issuer.ts';

type Name = CloudFunction['name'];

/** The cloud edition on the loopback: the real bundles, each in a process of its own, and an emulator for each service that they call. @param more environment, for what a test adds. */
export async function startCloud(more: Readonly<Record<string, string>> = {}) {
  const [dynamo, s3, rekognition, issuer] = await Promise.all([
    startDynamo(),
    startS3(),
    startEmulator({ key: testAccount.credentials }),
    startIssuer(),
  ]);
  const iot = new IotEmulator();
  /** AWS IoT's control plane, which is asked to make claims and to deactivate certificates. */
  const iotControl = new RecordingServer(({ path }) => ({
    status: 200,
    body: path.startsWith('/keys-and-certificate') ? madeClaim : {},
  }));
  const secrets = new SecretsEmulator();
  const lambda = new LambdaQueue();
  const environment = {
    AWS_REGION: testAccount.region,
    AWS_ACCESS_KEY_ID: testAccount.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testAccount.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_S3: s3.proxy.endpoint,
    AWS_ENDPOINT_URL_REKOGNITION: rekognition.emulator.endpoint,
    AWS_ENDPOINT_URL_IOT: await iotControl.start(),
    AWS_ENDPOINT_URL_LAMBDA: await lambda.server.start(),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await secrets.start(),
    ROLLCALL_TABLE: dynamo.tableName,
    ROLLCALL_PICTURES: s3.bucket,
    ROLLCALL_IOT_ENDPOINT: await iot.start(),
    ROLLCALL_ISSUER: issuer.issuer,
    ROLLCALL_CLIENT_IDS: clientId,
    ROLLCALL_FRONT_DOOR_SECRET: 'front-door',
    ROLLCALL_PUBLIC_URL: 'https://rollcall.example',
    ROLLCALL_LIVE_URL: 'wss://abc-ats.iot.eu-central-1.amazonaws.com/mqtt',
    ROLLCALL_IOT_ARN: 'arn:aws:iot:eu-central-1:000000000000',
    ...more,
  };
  const started = new Map<Name, Promise<LambdaFunction>>();
  const start = async (name: Name) => {
    const spec = functions.find((one) => one.name === name);
    if (!spec) throw new Error(`no function ${name}`);
    const layers = spec.needsSharp ? { NODE_PATH: sharpFolder() } : {};
    return new LambdaFunction(join(await bundled(spec), 'index.mjs'), { ...environment, ...layers });
  };
  const functionOf = (name: Name): Promise<LambdaFunction> => {
    const running = started.get(name) ?? start(name);
    started.set(name, running);
    return running;
  };
  const run = async (name: Name, event: unknown) => (await functionOf(name)).invoke(event);
  lambda.runNow = run;
  return {
    environment,
    dynamo,
    s3,
    rekognition: rekognition.emulator,
    issuer,
    iot,
    iotControl,
    secrets,
    functionOf,
    /** What functions asked Lambda to invoke. */
    handedOver: lambda.server.requests,
    /** Invokes it, and then what it handed over to others. */
    invoke: async (name: Name, event: unknown) => {
      const result = await run(name, event);
      await lambda.drain(run);
      return result;
    },
    /** Tries again what others were handed and failed at. */
    retry: () => lambda.drain(run),
    stop: async () => {
      for (const one of started.values()) await (await one).stop();
      await Promise.all([
        dynamo.close(),
        s3.close(),
        rekognition.stop(),
        issuer.stop(),
        iot.stop(),
        iotControl.stop(),
        secrets.stop(),
      ]);
      await lambda.server.stop();
    },
  };
}

/** What AWS IoT answers with. */
export const madeClaim = {
  certificateId: '5c'.repeat(32),
  certificateArn: `arn:aws:iot:eu-central-1:000000000000:cert/${'5c'.repeat(32)}`,
  certificatePem: '-----BEGIN CERTIFICATE-----',
  keyPair: { PrivateKey: '-----BEGIN RSA PRIVATE KEY-----', PublicKey: '-----BEGIN PUBLIC KEY-----' },
} as const;

export type Cloud = Awaited<ReturnType<typeof startCloud>>;

/** In place of the layer, which holds sharp for another processor: where this machine's is installed. */
function sharpFolder(): string {
  let folder = dirname(createRequire(import.meta.url).resolve('sharp'));
  while (!folder.endsWith('node_modules')) folder = dirname(folder);
  return folder;
}
