import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskOutbox, type DiskOutboxOptions } from '@rollcall/agent/adapters/disk-outbox';
import type { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import sharp from 'sharp';

/** The camera of a door at which nothing happens. */
export const stillCamera = 'folder:still?fps=1';

/** The folder of an agent that has not been online for a while: what it saw waits in its outbox. @param at its clock and uptime when it saw that. */
export async function prepareDoor(
  dataDir: string,
  messages: readonly (CaptureMessage | PassageMessage)[],
  at: Partial<Pick<DiskOutboxOptions, 'clock' | 'uptime'>> = {},
): Promise<void> {
  await mkdir(join(dataDir, 'still'), { recursive: true });
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#000' } })
    .jpeg()
    .toFile(join(dataDir, 'still', '1.jpg'));
  const limits = { maxBytes: 1_000_000_000, maxItems: 20_000 };
  const outbox = await DiskOutbox.open({ dataDir, ...limits, clock: systemClock, log: silentLog, ...at });
  for (const message of messages) await outbox.put(message);
  await outbox.close();
}
