import { fileURLToPath } from 'node:url';
import { type ApiGatewayRequestContextV2, handle, type LambdaEvent } from 'hono/aws-lambda';
import type { Context } from 'hono';
import { monotonicFactory } from 'ulid';
import { CognitoIdentity } from '../../adapters/aws/cognito-identity.ts';
import { createApp } from '../../http/app.ts';
import type { CropFace } from '../../ports/crop-face.ts';
import type { DeviceLinks } from '../../ports/device-links.ts';
import type { NormalizePicture } from '../../ports/picture-normalizer.ts';
import { PresenceStore } from '../../store/presence-store.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { ApiConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { inKnownOrganization } from './known-organizations.ts';
import { lazyFaces } from './lazy-faces.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';

const config = fromEnvironment(ApiConfig);
const basis = functionBasis('api', config);
const { log, metrics } = basis;
const { table, stores, directory, clock } = openRecords(config);
const data = openIotData(config);
const presence = new PresenceStore(table);
const { issuer, clientIds, publicUrl } = config;

/** As in `lazyFaces`: sharp is loaded with the first picture. */
const normalizePicture: NormalizePicture = async (picture) =>
  (await import('../../adapters/sharp-picture.ts')).normalizePicture(picture);
const cropFace: CropFace = async (picture, box) =>
  (await import('../../adapters/sharp-crop-face.ts')).cropFaceWithSharp(picture, box);

/** Revoking is rare, and the client for it is large. */
const links: DeviceLinks = {
  online: (org, ids) => presence.online(org, ids),
  drop: async (org, id) => {
    const { openDeviceLinks } = await import('./open-device-links.ts');
    await openDeviceLinks({ data, devices: stores.devices, presence }).drop(org, id);
  },
};

const app = createApp({
  ...stores,
  ...openRecognitionStores(table),
  table,
  images: openPictures(config),
  engine: lazyFaces(async () => (await import('./open-faces.ts')).openFaces(config, table, metrics)),
  liveFeed: openLiveFeed(config, data, basis),
  links,
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
const answer = handle(app);

/** The HTTP API behind API Gateway (HTTP API, payload format 2.0). */
export const handler = lambdaHandler(basis, (event: LambdaEvent) => answer(event));

/** As API Gateway saw it. */
function clientAddress(c: Context<{ Bindings: { requestContext?: ApiGatewayRequestContextV2 } }>): string {
  return c.env.requestContext?.http.sourceIp ?? 'unknown';
}
