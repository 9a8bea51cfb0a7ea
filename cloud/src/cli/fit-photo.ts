import { maxPhotoRequestBytes, photoRequestSides } from '@rollcall/contract/photo-request';

export interface PhotoBody {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/**
 * A photo in a form that the API takes in one request in every edition: as it is, or, when it is larger, upright and smaller as a JPEG. What
 * cannot be read goes as it is, for the API to say what is wrong with it.
 */
export async function fitPhoto(photo: PhotoBody): Promise<PhotoBody> {
  if (photo.body.byteLength <= maxPhotoRequestBytes) return photo;
  // Large, and rarely needed.
  const { default: sharp } = await import('sharp');
  for (const side of photoRequestSides) {
    const smaller = await sharp(photo.body)
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 92 })
      .toBuffer()
      .catch(() => undefined);
    if (!smaller) return photo;
    if (smaller.byteLength <= maxPhotoRequestBytes) return { body: smaller, contentType: 'image/jpeg' };
  }
  return photo;
}
