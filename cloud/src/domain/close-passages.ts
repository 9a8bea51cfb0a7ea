import type { OrganizationId } from '@rollcall/contract/ids';
import { failOverdueUploads } from './accept-upload.ts';
import { followTimeZone } from './follow-time-zone.ts';
import type { SettlePorts } from './recognition-ports.ts';
import { settleDuePassages } from './settle-passage.ts';

/** What falls due by itself: passages whose device fell silent, uploads that never came, days that another zone cuts anew. */
export async function closePassages(ports: SettlePorts, org: OrganizationId): Promise<void> {
  await settleDuePassages(ports, org);
  await failOverdueUploads(ports, org);
  await followTimeZone(ports, org);
}
