import { maxPhotoRequestBytes, photoRequestSides } from '@rollcall/contract/photo-request';

/** As much of JPEG's quality as is to be seen. */
const quality = 0.92;

/**
 * A photo in a form that the API takes in one request in every edition: as it is, or, when it is larger, upright and smaller as a JPEG. What
 * no browser can read goes as it is, for the API to say what is wrong with it.
 */
export async function fitPhoto(file: Blob): Promise<Blob> {
  if (file.size <= maxPhotoRequestBytes) return file;
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return file;
  try {
    for (const side of photoRequestSides) {
      const smaller = await drawn(picture, side);
      if (smaller && smaller.size <= maxPhotoRequestBytes) return smaller;
    }
    return file;
  } finally {
    picture.close();
  }
}

function drawn(picture: ImageBitmap, side: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(null);
  // A PNG may be clear in places; JPEG would make them black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
}
