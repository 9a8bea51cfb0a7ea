/**
 * Any picture that may be handed in as the JPEG that is kept: upright, at most 1,600 px a side, without metadata.
 * @throws InvalidInput `not-an-image`
 */
export type NormalizePicture = (picture: Uint8Array) => Promise<Uint8Array>;
