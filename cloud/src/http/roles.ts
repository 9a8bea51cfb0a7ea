import type { Role } from '@rollcall/contract/access';

/** Equal ranks beside each other include nothing of one another. */
const rank: Record<Role, number> = { owner: 3, admin: 2, viewer: 1, operator: 1, kiosk: 1 };

/** Whether `role` is one of `least`, or above one of them. */
export function mayAct(role: Role, least: readonly Role[]): boolean {
  return least.some((needed) => role === needed || rank[role] > rank[needed]);
}
