import { randomBytes } from 'node:crypto';
import { DynamoTable } from '@rollcall/cloud/adapters/aws/dynamo-table';
import { CertificateStore } from '@rollcall/cloud/store/certificate-store';
import type { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { DeviceClaimId } from '@rollcall/contract/device-claim';
import { ruleTopic, type RuleName } from '@rollcall/contract/topics';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { systemClock } from '@rollcall/kit/clock';
import { z } from 'zod';
import { defaultThresholds } from '@rollcall/cloud/domain/match-policy';
import { type Caller, askApi } from './cloud-api.ts';
import type { Cloud } from './start-cloud.ts';

/** An organization as its operators and its owner make it, through the functions alone. */
export async function makeOrganization(cloud: Cloud, id: string) {
  await cloud.invoke('organizations', { action: 'create', id, name: `The ${id}`, timeZone: 'Europe/Berlin' });
  const { apiKey } = z
    .object({ apiKey: z.string() })
    .parse(await cloud.invoke('organizations', { action: 'create-key', id }));
  const claim = randomBytes(32).toString('hex');
  await putClaim(cloud, OrganizationId.parse(id), claim);
  const owner: Caller = { 'x-api-key': apiKey };
  const org = OrganizationId.parse(id);
  const api = async <Body>(method: string, path: string, input?: Uint8Array | object) =>
    askApi<Body>(cloud, owner, method, path, input);
  // The emulator's similarities are the embedded models', and so is what they mean.
  await api('PATCH', '/v1/organization', { thresholds: defaultThresholds });

  /** Somebody with consent and one photo. @returns the id. */
  const enroll = async (name: string, photo: Uint8Array) => {
    const { body: person } = await api<{ id: string }>('POST', '/v1/people', { externalId: name, name });
    await api('PUT', `/v1/people/${person.id}/consent`, {
      policyVersion: '1',
      grantedAt: new Date().toISOString(),
      by: 'the person',
    });
    const enrolled = await api('POST', `/v1/people/${person.id}/photos`, photo);
    if (enrolled.status !== 201) throw new Error(`the photo was refused: ${JSON.stringify(enrolled.body)}`);
    return person.id;
  };

  /** A camera at the door: on the allow-list, provisioned, connected. */
  const addCamera = async (serial: string) => {
    await api('POST', '/v1/devices', { id: serial, doorId: 'door-1' });
    const certificateId = randomBytes(32).toString('hex');
    const answer = await cloud.invoke('provisioning-hook', hookEvent(serial, certificateId, claim));
    await cloud.invoke('presence', presenceEvent('connected', serial, certificateId));
    return { id: DeviceId.parse(serial), certificateId, answer };
  };

  return { org, owner, claim, api, enroll, addCamera };
}

export type CloudOrganization = Awaited<ReturnType<typeof makeOrganization>>;

/** A claim on record, without the function that makes one. */
async function putClaim({ dynamo }: Cloud, org: OrganizationId, claim: string): Promise<void> {
  const table = new DynamoTable({ client: dynamo.client, tableName: dynamo.tableName, clock: systemClock });
  const createdAt = new Date().toISOString();
  const fingerprint = DeviceClaimId.parse(claim);
  await new CertificateStore(table).put(org, { kind: 'claim', fingerprint, createdAt, revoked: false });
}

/** Source: "Pre-provisioning hook input", AWS IoT developer guide. @param claim with which the device came. */
export function hookEvent(serial: string, certificateId: string, claim: string) {
  return {
    claimCertificateId: claim,
    certificateId,
    certificatePem: '-----BEGIN CERTIFICATE-----',
    templateArn: 'arn:aws:iot:eu-central-1:000000000000:provisioningtemplate/rollcall',
    clientId: 'claimed',
    parameters: { SerialNumber: serial },
  };
}

/** What `presenceSql` selects. */
export function presenceEvent(eventType: 'connected' | 'disconnected', clientId: string, principalIdentifier: string) {
  const event = { clientId, eventType, principalIdentifier, sessionIdentifier: 'session-1' };
  return { ...event, versionNumber: 0, timestamp: Date.now() };
}

/** What AWS IoT makes of a message that a device published, by `ruleSql`. */
export function ruleEvent(
  rule: RuleName,
  org: OrganizationId,
  device: DeviceId,
  message: CaptureMessage | PassageMessage | Uint8Array,
) {
  const payload = message instanceof Uint8Array ? message : Buffer.from(JSON.stringify(message));
  // On Basic Ingest topics, topic(1) is what follows the rule's name.
  const [, , , topic1, topic2] = ruleTopic('rollcall', rule, org, device).split('/');
  return { payload: Buffer.from(payload).toString('base64'), org: topic1, deviceId: topic2, receivedAt: Date.now() };
}
