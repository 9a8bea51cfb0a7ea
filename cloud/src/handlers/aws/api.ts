import { fileURLToPath } from 'node:url';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handle } from 'hono/aws-lambda';
import type { Context } from 'hono';
import { monotonicFactory } from 'ulid';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { IotDeviceShadows } from '../../adapters/aws/iot-device-shadows.ts';
import { CognitoIdentity } from '../../adapters/aws/cognito-identity.ts';
import { FrontDoorSecret } from '../../adapters/aws/front-door-secret.ts';
import { frontDoorHeaders } from '../../front-door.ts';
import { createApp } from '../../http/app.ts';
import type { CropFace } from '../../ports/crop-face.ts';
import type { NormalizePicture } from '../../ports/picture-normalizer.ts';
import { PresenceStore } from '../../store/presence-store.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { withinAnswerLimit } from './answer-limit.ts';
import { ApiConfig, fromEnvironment } from './config.ts';
import { byFrontDoor, type GatewayRequest } from './front-door.ts';
import { functionBasis, type LambdaHandler, lambdaHandler } from './invocation.ts';
import { inKnownOrganization } from './known-organizations.ts';
import { lazyClaims } from './lazy-claims.ts';
import { lazyDeviceCertificates } from './lazy-device-certificates.ts';
import { lazyDeviceJobs } from './lazy-device-jobs.ts';
import { lazyDeviceLinks } from './lazy-device-links.ts';
import { lazyFaces } from './lazy-faces.ts';
import { liveAddress } from './live-address.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';

const config = fromEnvironment(ApiConfig);
const basis = functionBasis('api', config);
const { log, metrics } = basis;
const { table, stores, directory, clock } = openRecords(config);
const data = openIotData(config);
const presence = new PresenceStore(table);
const { issuer, clientIds, publicUrl, prefix, liveUrl } = config;

/** As in `lazyFaces`: sharp is loaded with the first picture. */
const normalizePicture: NormalizePicture = async (picture) =>
  (await import('../../adapters/sharp-picture.ts')).normalizePicture(picture);
const cropFace: CropFace = async (picture, box) =>
  (await import('../../adapters/sharp-crop-face.ts')).cropFaceWithSharp(picture, box);

const claims = lazyClaims({
  // Amazon Trust signs the endpoint’s certificate.
  caPem: null,
  template: prefix,
  mqtt: { hosts: [new URL(liveUrl).hostname], port: 8883, prefix },
});

const app = createApp({
  ...stores,
  ...openRecognitionStores(table),
  table,
  images: openPictures(config),
  engine: lazyFaces(async () => (await import('./open-faces.ts')).openFaces(config, table, metrics, 'EnrollmentCalls')),
  liveFeed: openLiveFeed(config, data, basis),
  links: lazyDeviceLinks({ data, devices: stores.devices, presence }),
  deviceCertificates: lazyDeviceCertificates(),
  claims,
  deviceJobs: lazyDeviceJobs(),
  shadows: new IotDeviceShadows(data),
  liveAddress: liveAddress(prefix, liveUrl),
  identity: inKnownOrganization(new CognitoIdentity({ issuer, clientIds, clock }), directory),
  clientAddress,
  normalizePicture,
  cropFace,
  newId: monotonicFactory(),
  publicUrl,
  docsFolder: () => fileURLToPath(new URL('./docs', import.meta.url)),
  parts: { records: () => table.get({ pk: 'organizations', sk: 'none' }) },
  clock,
  log,
});
const secret = new FrontDoorSecret({
  client: new SecretsManagerClient(awsClientSettings({ requestTimeoutMs: 2_000 })),
  secretId: config.frontDoorSecret,
  clock,
});
const answer = handle(app);

/** The HTTP API behind CloudFront and API Gateway (HTTP API, payload format 2.0). */
export const handler: LambdaHandler<unknown, GatewayRequest> = lambdaHandler(
  basis,
  byFrontDoor(
    secret,
    withinAnswerLimit((request) => answer(request)),
  ),
);

/** As CloudFront saw it, which writes over what a caller says; API Gateway sees an address of CloudFront’s. */
function clientAddress(c: Context): string {
  return c.req.header(frontDoorHeaders.viewer) ?? 'unknown';
}
