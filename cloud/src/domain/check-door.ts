import type { DoorId, OrganizationId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { PlaceStore } from '../store/place-store.ts';

/** @throws InvalidInput for a door that the organization does not have. */
export async function checkDoor(
  { places }: { readonly places: Pick<PlaceStore, 'getDoor'> },
  org: OrganizationId,
  doorId: DoorId,
): Promise<void> {
  if (await places.getDoor(org, doorId)) return;
  throw new InvalidInput(`there is no door ${doorId}: add it first`, {
    errors: [{ path: 'doorId', message: 'expected the id of a door of this organization' }],
  });
}
