import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { DiskOutbox } from '../src/adapters/disk-outbox.ts';
import { captureMessage } from './messages.ts';

/** Puts messages in the outbox of the folder that it is given, and acks every other one, until it is killed. Says what is done. */
const outbox = await DiskOutbox.open({
  dataDir: process.argv[2] ?? '',
  maxBytes: 1_000_000_000,
  maxItems: 100_000,
  clock: systemClock,
  log: silentLog,
});
process.stdout.write('ready\n');
for (let count = 0; ; count++) {
  const message = captureMessage({ imageBytes: 20_000 });
  if ((await outbox.put(message)) === 'durable') process.stdout.write(`durable ${message.captureId}\n`);
  if (count % 2 === 0) continue;
  const [oldest] = outbox.items();
  if (!oldest) continue;
  process.stdout.write(`acked ${oldest.id}\n`);
  await outbox.remove(oldest);
}
