import { OrganizationId } from '@rollcall/contract/ids';
import { OrganizationPatch } from '@rollcall/contract/organization';
import { parse } from '@rollcall/kit/parse';
import { monotonicFactory } from 'ulid';
import { z } from 'zod';
import { createRekognitionClient, RekognitionCalls } from '../../adapters/aws/rekognition-calls.ts';
import { RekognitionCollections } from '../../adapters/aws/rekognition-collections.ts';
import { createOrganization } from '../../domain/create-organization.ts';
import { createApiKey } from '../../http/api-key-secret.ts';
import { CaptureStore } from '../../store/capture-store.ts';
import { ReindexStore } from '../../store/reindex-store.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { openRecords } from './open-records.ts';

/** What whoever operates the deployment sends; IAM says who that is. */
const Request = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('create'),
    id: OrganizationId,
    ...OrganizationPatch.pick({ name: true, timeZone: true }).shape,
  }),
  /** A key with the role `owner`, for the first sign-in of a script. The answer is the only place where it is told. */
  z.strictObject({ action: z.literal('create-key'), id: OrganizationId }),
  z.strictObject({ action: z.literal('list') }),
  /** The newest face model. Until its photos are indexed again nobody of the organization is recognized. */
  z.strictObject({ action: z.literal('renew-faces'), id: OrganizationId }),
]);

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('organizations', config);
const { table, stores, directory, clock } = openRecords(config);
const captures = new CaptureStore(table);
const reindexing = new ReindexStore(table);
const calls = new RekognitionCalls({ client: createRekognitionClient() });
const collections = new RekognitionCollections(calls, config.prefix);
const newId = monotonicFactory();

/** Creates and lists organizations, and gets them a newer face model. @throws Conflict, NotFound, InvalidInput to whoever invoked it. */
export const handler = lambdaHandler(basis, (event): Promise<object> => answer(parse(Request, event, 'the request')));

async function answer(request: z.infer<typeof Request>): Promise<object> {
  if (request.action === 'create') {
    const { id, name, timeZone } = request;
    const organization = await createOrganization({ ...stores, directory, captures, clock }, id, { name, timeZone });
    basis.log.info('organization-created', { org: id });
    return { organization };
  }
  if (request.action === 'create-key') {
    await directory.mustHave(request.id);
    const { key, id } = await createApiKey({ ...stores, clock, newId }, request.id, { name: 'owner', role: 'owner' });
    basis.log.info('owner-key-created', { org: request.id, apiKeyId: id });
    return { apiKey: key };
  }
  if (request.action === 'renew-faces') {
    await directory.mustHave(request.id);
    await reindexing.forget(request.id);
    // AWS gives its newest model to new collections only.
    await collections.replace(request.id);
    basis.log.info('faces-renewed', { org: request.id });
    return { renewed: request.id };
  }
  const organizations = [];
  for await (const entry of directory.list()) organizations.push(entry);
  return { organizations };
}
