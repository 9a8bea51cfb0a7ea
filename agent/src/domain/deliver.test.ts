import { setImmediate as turn } from 'node:timers/promises';
import { Denied, InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryOutbox } from '../../test/memory-outbox.ts';
import { MemoryPublisher } from '../../test/memory-publisher.ts';
import { captureMessage, passageMessage } from '../../test/messages.ts';
import { Delivery } from './deliver.ts';

let outbox: MemoryOutbox;
let publisher: MemoryPublisher;
let timer: ManualTimer;
let delivery: Delivery;

beforeEach(() => {
  outbox = new MemoryOutbox();
  publisher = new MemoryPublisher();
  timer = new ManualTimer();
  delivery = new Delivery({ outbox, publisher, timer, log: silentLog, random: () => 0.5 });
});

afterEach(() => delivery.stop());

/** Lets everything run that needs no time to pass. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}

async function advance(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    timer.advance(500);
    await settled();
  }
}

async function put(count: number) {
  const messages = Array.from({ length: count }, () => captureMessage());
  for (const message of messages) await outbox.put(message);
  return messages.map((message) => message.captureId);
}

test('an item stays until the cloud acks it; the receipt of the broker alone changes nothing', async () => {
  delivery.start();
  const [id] = await put(1);
  await publisher.ids(1);
  await settled();
  expect(outbox.state().items).toBe(1);
  publisher.stored(String(id));
  await settled();
  expect(outbox.state().items).toBe(0);
});

test('what the cloud refuses is parked and never sent again', async () => {
  delivery.start();
  const [id] = await put(1);
  await publisher.ids(1);
  publisher.ack({ id: String(id), status: 'refused', reason: 'no JPEG' });
  await settled();
  expect(outbox.state().items).toBe(0);
  expect(outbox.state().parked).toBe(1);
  await advance(120_000);
  expect(await publisher.ids(1)).toEqual([id]);
});

test('two are on the way at once, oldest first, and each ack lets one more go', async () => {
  const ids = await put(5);
  delivery.start();
  expect(await publisher.ids(2)).toEqual(ids.slice(0, 2));
  publisher.stored(String(ids[1]));
  expect(await publisher.ids(3)).toEqual(ids.slice(0, 3));
  expect(publisher.published).toHaveLength(3);
});

test('without an ack it is sent again, later each time', async () => {
  await put(1);
  delivery.start();
  await publisher.ids(1);
  const waits: number[] = [];
  for (let again = 2; again <= 6; again++) {
    await settled();
    const sentAt = timer.now();
    while (publisher.published.length < again) await advance(500);
    waits.push(timer.now() - sentAt);
  }
  expect(waits[0]).toBeGreaterThanOrEqual(10_000);
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
  expect(waits.at(-1)).toBeGreaterThan(15_000);
});

test('an ack that comes after the timeout still counts', async () => {
  const [id] = await put(1);
  delivery.start();
  await publisher.ids(1);
  await settled();
  timer.advance(10_001);
  publisher.stored(String(id));
  await settled();
  expect(outbox.state().items).toBe(0);
});

test('the end of a passage goes only after the acks of its captures', async () => {
  const capture = captureMessage();
  await outbox.put(capture);
  await outbox.put(passageMessage([capture]));
  delivery.start();
  expect(await publisher.ids(1)).toEqual([capture.captureId]);
  await settled();
  expect(publisher.published).toHaveLength(1);
  publisher.stored(capture.captureId);
  expect(await publisher.ids(2)).toEqual([capture.captureId, capture.passageId]);
  expect(publisher.published[1]?.rule).toBe('passage');
});

test('a capture of now overtakes a backlog, one at a time, and the backlog goes on', async () => {
  publisher.online = false;
  const backlog = await put(10);
  delivery.start();
  const live = await put(3);
  publisher.setOnline(true);
  expect(new Set(await publisher.ids(2))).toEqual(new Set([live[0], backlog[0]]));
  publisher.stored(String(backlog[0]));
  expect((await publisher.ids(3)).at(-1)).toBe(backlog[1]);
  publisher.stored(String(live[0]));
  expect((await publisher.ids(4)).at(-1)).toBe(live[1]);
});

test('offline nothing is sent; online again what was on the way is sent again at once', async () => {
  const [id] = await put(1);
  delivery.start();
  await publisher.ids(1);
  publisher.setOnline(false);
  await advance(60_000);
  expect(publisher.published).toHaveLength(1);
  publisher.setOnline(true);
  expect(await publisher.ids(2)).toEqual([id, id]);
});

test('a denied topic keeps every item and does not become a hot loop', async () => {
  await put(20);
  publisher.failWith = new Denied('not authorized');
  delivery.start();
  await publisher.ids(2);
  await advance(60_000);
  expect(publisher.published.length).toBeLessThan(20);
  expect(outbox.state()).toMatchObject({ items: 20, parked: 0 });
});

test('a broker that fails every publish is asked ever more rarely', async () => {
  await put(20);
  publisher.failWith = new Unavailable('timeout');
  delivery.start();
  await advance(120_000);
  expect(publisher.published.length).toBeLessThan(30);
  publisher.failWith = undefined;
  const before = publisher.published.length;
  await advance(31_000);
  await publisher.ids(before + 2);
});

test('what can never be published is parked and the next goes', async () => {
  const [large] = await put(1);
  publisher.failWith = new InvalidInput('too large');
  delivery.start();
  await publisher.ids(1);
  await settled();
  expect(outbox.parked).toEqual([{ id: large, reason: 'too large' }]);
  publisher.failWith = undefined;
  const [next] = await put(1);
  expect(await publisher.ids(2)).toEqual([large, next]);
});

/** Three hours with a cloud that takes everything but one item, which may break the connection each time. */
async function poisoned(breaksConnection: boolean) {
  const [poison] = await put(1);
  let seen = 0;
  delivery.start();
  for (let second = 0; second < 10_800; second++) {
    if (second % 60 === 0) await put(1);
    await turn();
    const news = publisher.published.slice(seen);
    seen += news.length;
    for (const { id } of news) if (id !== poison) publisher.stored(id);
    if (breaksConnection && news.some(({ id }) => id === poison)) {
      publisher.setOnline(false);
      publisher.setOnline(true);
    }
    timer.advance(1_000);
  }
  await settled();
  const tries = publisher.published.filter(({ id }) => id === poison).length;
  return { poison, tries, delivered: new Set(publisher.published.map(({ id }) => id)).size - 1 };
}

test.each([false, true])(
  'an item that is never acked while others are is parked in the end, and holds up nobody (breaks the connection: %s)',
  async (breaksConnection) => {
    const { poison, tries, delivered } = await poisoned(breaksConnection);
    expect(outbox.parked).toEqual([{ id: poison, reason: expect.stringContaining('never acked') }]);
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(300);
    expect(delivered).toBe(180);
    expect(outbox.state().items).toBeLessThanOrEqual(1);
  },
);

test('a cloud that acks nothing for a day makes no item hopeless', async () => {
  const ids = await put(5);
  delivery.start();
  for (let minute = 0; minute < 1_440; minute++) {
    timer.advance(60_000);
    await settled();
  }
  expect(outbox.state()).toMatchObject({ items: 5, parked: 0 });
  publisher.published.length = 0;
  timer.advance(60_000);
  await publisher.ids(1);
  expect(ids).toContain(publisher.published[0]?.id);
});

test('an ack of something unknown changes nothing', async () => {
  delivery.start();
  await put(1);
  publisher.stored('01KUNKNOWN0000000000000000');
  await settled();
  expect(outbox.state().items).toBe(1);
});

test('flushed resolves once everything is acked', async () => {
  const ids = await put(2);
  delivery.start();
  const flushed = delivery.flushed();
  await publisher.ids(2);
  for (const id of ids) publisher.stored(String(id));
  await flushed;
  expect(outbox.state().items).toBe(0);
});
