import type { OrganizationId } from '@rollcall/contract/ids';
import { AppError } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import { failOverdueUploads } from './accept-upload.ts';
import { followTimeZone } from './follow-time-zone.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { recognizePassage } from './recognize-passage.ts';

/**
 * What falls due by itself: passages whose device fell silent, uploads that never came, days that another zone cuts anew. What is left over is
 * for the next run. @param hasTime whether there is time for one more
 */
export async function closePassages(
  ports: RecognitionPorts,
  org: OrganizationId,
  hasTime: () => boolean = () => true,
): Promise<void> {
  await closeDuePassages(ports, org, hasTime);
  await failOverdueUploads(ports, org);
  await followTimeZone(ports, org, hasTime);
}

/** Passages that cannot be closed now, after which the others are left for the next time: the face service is away. */
const maxFailures = 3;

async function closeDuePassages(ports: RecognitionPorts, org: OrganizationId, hasTime: () => boolean): Promise<void> {
  let failures = 0;
  for (const id of await ports.passages.due(org, instantOf(ports.clock.now()), 200)) {
    if (!hasTime()) return;
    try {
      await recognizePassage(ports, org, id);
    } catch (error) {
      // One passage that cannot be closed now does not hold up the others; it stays due.
      if (!(error instanceof AppError)) throw error;
      ports.log.warn('passage-not-closed', { passageId: id, reason: error.message });
      if (++failures >= maxFailures) return;
    }
  }
}
