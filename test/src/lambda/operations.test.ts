import { randomBytes } from 'node:crypto';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { timers } from '@rollcall/cloud/manifest';
import { ruleTopic } from '@rollcall/contract/topics';
import { buildApp } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { testAccount } from '../aws/test-credentials.ts';
import { portrait } from '../contract/face-pictures.ts';
import { captureMessage } from '../site/door-messages.ts';
import { type CloudOrganization, hookEvent, makeOrganization, presenceEvent, ruleEvent } from './cloud-organization.ts';
import { type Cloud, madeClaim, startCloud } from './start-cloud.ts';

const arn = (name: string) => `arn:aws:lambda:eu-central-1:000000000000:function:${name}:$LATEST`;
const newCertificate = () => randomBytes(32).toString('hex');

describe('what operators rely on, through the bundles', () => {
  let cloud: Cloud;
  let school: CloudOrganization;
  const queues = buildApp({ logger: false, host: '127.0.0.1' });
  let sqs: SQSClient;
  let deadLetters: string;
  beforeAll(async () => {
    const endpoint = await queues.listen({ host: '127.0.0.1', port: 0 });
    sqs = new SQSClient({ ...testAccount, endpoint, ...awsClientSettings({ requestTimeoutMs: 5_000 }) });
    await sqs.send(new CreateQueueCommand({ QueueName: 'dead-letters' }));
    // The emulator's own name for it has a host that is none.
    deadLetters = `${endpoint}/000000000000/dead-letters`;
    cloud = await startCloud({
      AWS_ENDPOINT_URL_SQS: endpoint,
      ROLLCALL_DEAD_LETTERS: deadLetters,
    });
    school = await makeOrganization(cloud, 'school');
  });
  afterAll(async () => {
    await cloud.stop();
    sqs.destroy();
    await queues.close();
  });
  beforeEach(() => {
    cloud.handedOver.length = 0;
    cloud.iot.published.length = 0;
    cloud.iotControl.requests.length = 0;
  });

  const send = async (letter: unknown) => {
    const MessageBody = typeof letter === 'string' ? letter : JSON.stringify(letter);
    await sqs.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody }));
  };
  const invoked = () =>
    cloud.handedOver.map(({ path, body }) => ({ name: path.split('/')[3], event: JSON.parse(body) }));

  describe('the provisioning hook', () => {
    const no = { allowProvisioning: false };

    it('denies what nobody allowed, and what it cannot read', async () => {
      expect(await cloud.invoke('provisioning-hook', hookEvent('SN-unknown', newCertificate(), school.claim))).toEqual(
        no,
      );
      const events = [
        null,
        {},
        { ...hookEvent('SN-1', 'x', school.claim) },
        { certificateId: newCertificate(), parameters: {} },
      ];
      for (const event of events) expect(await cloud.invoke('provisioning-hook', event)).toEqual(no);
    });

    it('lets in what is on the allow-list, until it has connected with its certificate', async () => {
      await school.api('POST', '/v1/devices', { id: 'SN-1', doorId: 'door-1' });
      const yes = { allowProvisioning: true, parameterOverrides: { SerialNumber: 'SN-1', Org: 'school' } };
      const [first, second] = [newCertificate(), newCertificate()];
      expect(await cloud.invoke('provisioning-hook', hookEvent('SN-1', first, school.claim))).toEqual(yes);
      // Its answer was lost: it asks once more, and the earlier certificate no longer counts.
      expect(await cloud.invoke('provisioning-hook', hookEvent('SN-1', second, school.claim))).toEqual(yes);
      await cloud.invoke('presence', presenceEvent('connected', 'SN-1', first));
      expect((await school.api('GET', '/v1/devices/SN-1')).body).toMatchObject({ state: 'allowed', online: false });
      await cloud.invoke('presence', presenceEvent('connected', 'SN-1', second));
      expect((await school.api('GET', '/v1/devices/SN-1')).body).toMatchObject({ state: 'active', online: true });
      expect(await cloud.invoke('provisioning-hook', hookEvent('SN-1', newCertificate(), school.claim))).toEqual(no);
    });
  });

  it('the configuration of a device is kept in its shadow, where it finds it', async () => {
    await school.api('POST', '/v1/devices', { id: 'SN-7' });
    const path = '/v1/devices/SN-7/config';
    const set = await school.api('PUT', path, { motion: { minArea: 0.02 } });
    expect(set).toMatchObject({ status: 200, body: { version: 1, state: 'waiting' } });
    expect((await school.api('PUT', path, { colour: 'red' })).status).toBe(422);
    cloud.iot.shadows.report('SN-7', 'config', { v: 1, revision: 1, motion: { minArea: 0.02, masks: [] } });
    expect((await school.api('GET', path)).body).toMatchObject({ state: 'in-effect', version: 1 });
    expect((await school.api('GET', '/v1/devices/SN-nobody/config')).status).toBe(404);
    await school.api('DELETE', '/v1/devices/SN-7');
    await school.api('POST', '/v1/devices', { id: 'SN-7' });
    expect((await school.api('GET', path)).body).toMatchObject({ desired: {}, version: 0 });
  });

  it('a claim is made by the function that alone may, counts for its own devices, and ends', async () => {
    const made = await school.api<{ id: string }>('POST', '/v1/device-claims', { name: 'Delivery 7' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: madeClaim.certificateId,
        privateKeyPem: madeClaim.keyPair.PrivateKey,
        caPem: null,
        org: 'school',
        template: 'rollcall',
        mqtt: { hosts: ['abc-ats.iot.eu-central-1.amazonaws.com'], port: 8883, prefix: 'rollcall' },
      },
    });
    expect(cloud.iotControl.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /keys-and-certificate?setAsActive=false',
      'PUT /target-policies/rollcall-claim',
      `PUT /certificates/${made.body.id}?newStatus=ACTIVE`,
    ]);
    for (const name of ['api', 'claims'] as const) {
      expect((await cloud.functionOf(name)).lines.join()).not.toContain('PRIVATE KEY');
    }
    await school.api('POST', '/v1/devices', { id: 'SN-7' });
    const arrival = hookEvent('SN-7', newCertificate(), made.body.id);
    expect(await cloud.invoke('provisioning-hook', arrival)).toMatchObject({ allowProvisioning: true });
    expect((await school.api('POST', `/v1/device-claims/${made.body.id}/revoke`)).body).toMatchObject({
      revoked: true,
    });
    expect(cloud.iotControl.requests.slice(3).map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
    expect(await cloud.invoke('provisioning-hook', arrival)).toEqual({ allowProvisioning: false });
  });

  it('a device gets its next certificate for itself alone, and the old one ends when it has come with that', async () => {
    const { id, certificateId: present } = await school.addCamera('SN-renews');
    await school.addCamera('SN-other');
    const next = newCertificate();
    const rotation = (changes: object) => ({
      ...hookEvent(id, next, present),
      templateArn: 'arn:aws:iot:eu-central-1:000000000000:provisioningtemplate/rollcall-rotate',
      clientId: id,
      ...changes,
    });
    for (const wrong of [
      { clientId: 'SN-other' },
      { claimCertificateId: newCertificate() },
      { claimCertificateId: school.claim },
      { parameters: { SerialNumber: 'SN-other' }, clientId: 'SN-other' },
      { templateArn: 'arn:aws:iot:eu-central-1:000000000000:provisioningtemplate/rollcall' },
    ]) {
      expect(await cloud.invoke('provisioning-hook', rotation(wrong))).toEqual({ allowProvisioning: false });
    }
    expect(await cloud.invoke('provisioning-hook', rotation({}))).toMatchObject({ allowProvisioning: true });
    // Both count until it has come with the new one.
    await cloud.invoke('presence', { ...presenceEvent('connected', id, present), versionNumber: 1 });
    expect(cloud.iotControl.requests).toEqual([]);
    await cloud.invoke('presence', { ...presenceEvent('connected', id, next), versionNumber: 2 });
    expect(cloud.iotControl.requests).toMatchObject([{ method: 'GET', path: `/certificates/${present}` }]);
    expect(await cloud.invoke('provisioning-hook', rotation({}))).toEqual({ allowProvisioning: false });
  });

  it('a device that is revoked loses its certificate, and what it sends is let go', async () => {
    const { id, certificateId } = await school.addCamera('SN-stolen');
    expect((await school.api('POST', `/v1/devices/${id}/revoke`)).status).toBe(200);
    expect(cloud.iotControl.requests).toMatchObject([
      { method: 'PUT', path: `/certificates/${certificateId}?newStatus=INACTIVE` },
    ]);
    await cloud.invoke(
      'capture',
      ruleEvent('capture', school.org, id, captureMessage(await portrait({ row: 0, column: 0 }))),
    );
    expect(cloud.iot.published.filter(({ topic }) => topic.endsWith('/ack'))).toEqual([]);
    await cloud.invoke('presence', presenceEvent('disconnected', id, certificateId));
    expect((await school.api('GET', `/v1/devices/${id}`)).body).toMatchObject({ state: 'revoked', online: false });
  });

  it.each(timers)('the timer $name runs for every organization', async ({ name }) => {
    await cloud.invoke('timers', { timer: name });
    const { lines } = await cloud.functionOf('timers');
    expect(lines.filter((line) => line.includes('failed'))).toEqual([]);
  });

  it('a timer that is none is an error', async () => {
    await expect(cloud.invoke('timers', { timer: 'tidy-up' })).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  describe('the replay of dead letters', () => {
    it('hands an invocation that failed too often to its function, as it was', async () => {
      const camera = await school.addCamera('SN-replayed');
      const capture = captureMessage(await portrait({ row: 3, column: 3 }));
      const event = ruleEvent('capture', school.org, camera.id, capture);
      await send({ version: '1.0', requestContext: { functionArn: arn('rollcall-capture') }, requestPayload: event });
      expect(await cloud.invoke('replay', {})).toEqual({ replayed: 1, left: 0 });
      expect(invoked()).toEqual([
        { name: 'rollcall-capture', event },
        { name: 'rollcall-recognize', event: expect.objectContaining({ captureId: capture.captureId }) },
      ]);
      expect((await school.api('GET', `/v1/captures/${capture.captureId}`)).body).toMatchObject({ status: 'done' });
      expect(await cloud.invoke('replay', {})).toEqual({ replayed: 0, left: 0 });
    });

    it('makes of a message for which its rule could invoke nothing what the rule would have selected', async () => {
      const camera = await school.addCamera('SN-ruled');
      const capture = captureMessage(await portrait({ row: 3, column: 3 }));
      await send({
        ruleName: 'rollcall_capture',
        topic: ruleTopic('rollcall', 'capture', school.org, camera.id),
        base64OriginalPayload: Buffer.from(JSON.stringify(capture)).toString('base64'),
        failures: [{ failedAction: 'LambdaAction', errorMessage: 'Rate exceeded' }],
      });
      expect(await cloud.invoke('replay', {})).toMatchObject({ replayed: 1 });
      const [one] = invoked();
      expect(one).toMatchObject({ name: 'rollcall-capture', event: { org: 'school', deviceId: camera.id } });
      expect((await school.api('GET', `/v1/captures/${capture.captureId}`)).body).toMatchObject({ status: 'done' });
    });

    it('leaves what it cannot read, and what is of another deployment, and says why', async () => {
      await send('no JSON');
      await send({ requestContext: { functionArn: arn('elsewhere-capture') }, requestPayload: {} });
      await send({
        requestContext: { functionArn: arn('rollcall-organizations') },
        requestPayload: { action: 'list' },
      });
      expect(await cloud.invoke('replay', {})).toMatchObject({ replayed: 0, left: 3, reason: expect.any(String) });
      expect(cloud.handedOver).toEqual([]);
    });
  });
});
