import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Principal } from '../ports/identity.ts';
import type { AuditStore } from '../store/audit-store.ts';

/** Notes what the caller does. Durable when it resolves. `details` hold ids and field names, no names of people. */
export type Audit = (
  principal: Pick<Principal, 'subject' | 'organizationId'>,
  action: string,
  target: string,
  details?: Record<string, string>,
) => Promise<void>;

/** The audit of what comes over the API. */
export function createAudit(deps: { store: AuditStore; clock: Clock; newId: () => string }): Audit {
  return (principal, action, target, details = {}) =>
    deps.store.append(principal.organizationId, {
      id: deps.newId(),
      at: instantOf(deps.clock.now()),
      subject: principal.subject,
      action,
      target,
      details,
    });
}
