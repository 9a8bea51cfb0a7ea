import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import type { ImageKey } from '../ports/image-store.ts';

/** The folder of a person's pictures. */
export function photoPrefix(org: OrganizationId, personId: PersonId): string {
  return `${org}/photos/${personId}`;
}

/** Where one picture is. */
export function photoKey(org: OrganizationId, personId: PersonId, photoId: PhotoId): ImageKey {
  return `${photoPrefix(org, personId)}/${photoId}.jpg`;
}
