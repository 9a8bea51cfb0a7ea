/** The bytes of a picture in base64. */
export function pictureOf(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  // A plain loop: Uint8Array.from with a callback takes ten times as long.
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Whether these bytes begin as a JPEG does (SOI and a marker). Whether it decodes is the face engine's to say. */
export function isJpeg(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0xff, 0xd8, 0xff]);
}

/** Whether these bytes begin as what gzip packed does. */
export function isGzip(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0x1f, 0x8b]);
}

/** Whether these bytes begin as a JPEG, PNG or WebP does. */
export function isPicture(bytes: Uint8Array): boolean {
  return isJpeg(bytes) || startsWith(bytes, [0x89, 0x50, 0x4e, 0x47]) || isWebp(bytes);
}

function isWebp(bytes: Uint8Array): boolean {
  // RIFF, four bytes of size, WEBP.
  return startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
