import type { Attendance } from '@rollcall/contract/attendance';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portrait } from '../contract/face-pictures.ts';
import { captureMessage, heartbeatMessage, passageOf } from '../site/door-messages.ts';
import { type CloudOrganization, makeOrganization, ruleEvent } from './cloud-organization.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const man = (column: number) => ({ row: 0, column });
const stranger = { row: 3, column: 3 };

describe('the way from a door to the register, through the bundles', () => {
  let cloud: Cloud;
  let school: CloudOrganization;
  let camera: Awaited<ReturnType<CloudOrganization['addCamera']>>;
  let ada: string;
  beforeAll(async () => {
    cloud = await startCloud();
    school = await makeOrganization(cloud, 'school');
    camera = await school.addCamera('SN-1');
    ada = await school.enroll('Ada', await portrait(man(0)));
  });
  afterAll(() => cloud.stop());
  beforeEach(() => {
    cloud.iot.published.length = 0;
    cloud.rekognition.resetCounts();
  });

  const linesOf = async (name: 'api' | 'capture' | 'recognize') => (await cloud.functionOf(name)).lines;
  const firstMetrics = async (name: 'capture' | 'recognize') =>
    (await linesOf(name)).map((line) => JSON.parse(line)).find((entry) => 'deployment' in entry);
  const acks = () =>
    cloud.iot.published
      .filter(({ topic }) => topic === `rollcall/school/${camera.id}/ack`)
      .map(({ payload }) => JSON.parse(payload.toString()));
  const attendance = async () => {
    const { body } = await school.api<{ items: Attendance[] }>('GET', `/v1/attendance?date=${today()}`);
    return body.items.filter((row) => row.status !== 'absent');
  };

  it('a capture ends as an attendance that the API answers, with one call of Rekognition', async () => {
    const { captures, passage } = passageOf([await portrait(man(4))]);
    for (const capture of captures) await cloud.invoke('capture', ruleEvent('capture', school.org, camera.id, capture));
    await cloud.invoke('passage', ruleEvent('passage', school.org, camera.id, passage));
    expect(acks()).toEqual([
      { id: captures[0]?.captureId, status: 'stored' },
      { id: passage.passageId, status: 'stored' },
    ]);
    expect(Object.fromEntries(cloud.rekognition.calls)).toEqual({ SearchUsersByImage: 1 });
    expect(await attendance()).toMatchObject([{ personId: ada, name: 'Ada', status: 'present', doorId: 'door-1' }]);
    const live = cloud.iot.published.filter(({ topic }) => topic.startsWith('rollcall/school/live/'));
    expect(live.map(({ topic }) => topic.split('/').at(-1))).toEqual(['sighting', 'attendance']);
  });

  it('captures of one walk cost one call, and say of those that were not searched that they were not', async () => {
    const sizes = [0.3, 0.6, 0.8];
    const { captures, passage } = passageOf([await portrait(man(5)), await portrait(man(4)), await portrait(man(6))]);
    for (const [index, capture] of captures.entries()) {
      const size = sizes[index] ?? 1;
      const shot = { score: size, size, sharpness: 0.8, light: 1, sequence: index + 1 };
      const message = { ...capture, shot };
      await cloud.invoke('capture', ruleEvent('capture', school.org, camera.id, message));
    }
    await cloud.invoke('passage', ruleEvent('passage', school.org, camera.id, passage));
    expect(Object.fromEntries(cloud.rekognition.calls)).toEqual({ SearchUsersByImage: 1 });
    expect(acks()).toHaveLength(4);
    const answers = await Promise.all(
      captures.map(async ({ captureId }) => (await school.api('GET', `/v1/captures/${captureId}`)).body),
    );
    const notSearched = { status: 'done', reason: expect.stringMatching(/^not searched/) };
    expect(answers).toMatchObject([notSearched, { status: 'done' }, notSearched]);
    for (const answer of answers) expect(answer).toMatchObject({ sightings: [{ person: { id: ada } }] });
  });

  it('a poor picture waits without a call, and is searched when its passage is over', async () => {
    const { captures, passage } = passageOf([await portrait(man(4))]);
    const shot = { score: 0.2, size: 0.2, sharpness: 0.8, light: 1, sequence: 1 };
    for (const capture of captures) {
      await cloud.invoke('capture', ruleEvent('capture', school.org, camera.id, { ...capture, shot }));
    }
    expect(acks()).toHaveLength(1);
    expect(cloud.rekognition.calls.size).toBe(0);
    await cloud.invoke('passage', ruleEvent('passage', school.org, camera.id, passage));
    expect(Object.fromEntries(cloud.rekognition.calls)).toEqual({ SearchUsersByImage: 1 });
    const { body } = await school.api('GET', `/v1/captures/${captures[0]?.captureId}`);
    expect(body).toMatchObject({ status: 'done', sightings: [{ person: { id: ada }, verdict: 'accepted' }] });
  });

  it('the same event twice changes nothing, and costs nothing', async () => {
    const event = ruleEvent('capture', school.org, camera.id, captureMessage(await portrait(man(4))));
    await cloud.invoke('capture', event);
    const before = await sightings();
    await cloud.invoke('capture', event);
    expect(acks()).toHaveLength(2);
    expect(await sightings()).toEqual(before);
    expect(cloud.rekognition.calls.get('SearchUsersByImage')).toBe(1);
  });

  it('a stranger is a sighting of nobody once the passage is over', async () => {
    const { captures, passage } = passageOf([await portrait(stranger)]);
    for (const capture of captures) await cloud.invoke('capture', ruleEvent('capture', school.org, camera.id, capture));
    const id = `${passage.passageId}.1`;
    expect((await sightings()).some((one) => one.id === id)).toBe(false);
    await cloud.invoke('passage', ruleEvent('passage', school.org, camera.id, passage));
    expect((await sightings()).find((one) => one.id === id)).toMatchObject({ verdict: 'unknown', person: null });
  });

  it('a message that can never be accepted is refused with the reason, and not tried again', async () => {
    const good = captureMessage(await portrait(man(4)));
    const poisoned = { ...good, image: Buffer.from('no picture').toString('base64') };
    await cloud.invoke('capture', ruleEvent('capture', school.org, camera.id, poisoned));
    expect(acks()).toMatchObject([{ id: good.captureId, status: 'refused', reason: expect.stringContaining('JPEG') }]);
    const garbage = [Buffer.from('{'), Buffer.alloc(maxPayloadBytes, 7), Buffer.from('null')];
    for (const bytes of garbage) await cloud.invoke('capture', ruleEvent('capture', school.org, camera.id, bytes));
    for (const event of [null, {}, 'x', { org: '../other', deviceId: 'x', payload: '', receivedAt: 1 }]) {
      await cloud.invoke('capture', event);
    }
    expect(acks()).toHaveLength(1);
    expect(cloud.rekognition.calls.size).toBe(0);
  });

  it('a capture that Rekognition throttles is acked, thrown for a retry, and finished by it', {
    timeout: 60_000,
  }, async () => {
    const capture = captureMessage(await portrait(man(4)));
    const event = ruleEvent('capture', school.org, camera.id, capture);
    cloud.rekognition.throttle = { perSecond: 0, error: 'ProvisionedThroughputExceededException' };
    await expect(cloud.invoke('capture', event)).rejects.toMatchObject({ name: 'Unavailable' });
    expect(acks()).toEqual([{ id: capture.captureId, status: 'stored' }]);
    cloud.rekognition.throttle = undefined;
    // What is tried again is recognition alone: the device hears nothing more.
    await cloud.retry();
    expect(acks()).toHaveLength(1);
    const seen = await school.api<{ status: string }>('GET', `/v1/captures/${capture.captureId}`);
    expect(seen.body).toMatchObject({ status: 'done', sightings: [{ person: { id: ada }, verdict: 'accepted' }] });
  });

  it('a device’s health and presence are what the API says of it', async () => {
    const heartbeat = heartbeatMessage(await portrait(stranger, 80));
    await cloud.invoke('health', ruleEvent('health', school.org, camera.id, Buffer.from(JSON.stringify(heartbeat))));
    const { body } = await school.api('GET', `/v1/devices/${camera.id}`);
    expect(body).toMatchObject({ id: camera.id, online: true, state: 'active', health: { agentVersion: '1.2.3' } });
    const still = await school.api<string>('GET', `/v1/devices/${camera.id}/still`);
    expect([still.status, still.headers['content-type']]).toEqual([200, 'image/jpeg']);
    // What Lambda tries again after a long time, or a replay brings, is no news any more.
    const old = Buffer.from(JSON.stringify(heartbeatMessage(await portrait(stranger, 64), '0.0.1')));
    const event = { ...ruleEvent('health', school.org, camera.id, old), receivedAt: Date.now() - 10 * 60_000 };
    await cloud.invoke('health', event);
    const after = await school.api('GET', `/v1/devices/${camera.id}`);
    expect(after.body).toMatchObject({ health: { agentVersion: '1.2.3' } });
    expect((await school.api('GET', `/v1/devices/${camera.id}/still`)).body).toBe(still.body);
  });

  it('logs and measures in lines that say nothing of anybody', async () => {
    expect(await firstMetrics('capture')).toMatchObject({ deployment: 'rollcall', Captures: 1 });
    expect(await firstMetrics('recognize')).toMatchObject({
      FaceCalls: 1,
      CapturesRecognized: 1,
      SightingsAccepted: 1,
    });
    // Photos cost calls too, which are no calls of passages.
    const ofApi = (await linesOf('api')).join('\n');
    expect(ofApi).toContain('"EnrollmentCalls"');
    expect(ofApi).not.toContain('"FaceCalls"');
    const log = [...(await linesOf('capture')), ...(await linesOf('recognize'))].join('\n');
    for (const secret of ['Ada', ada, 'Bearer']) expect(log).not.toContain(secret);
  });

  async function sightings() {
    const { body } = await school.api<{ items: { id: string }[] }>('GET', '/v1/sightings?limit=100');
    return body.items;
  }
});

function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date());
}
