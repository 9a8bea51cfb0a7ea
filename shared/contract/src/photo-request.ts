/**
 * Bytes of a photo that every edition takes in one request. A site takes 10 MB; on AWS a function gets 6 MB at once (6,291,456 bytes), a
 * quarter of which is lost to base64. Source: "Lambda quotas", invocation payload.
 */
export const maxPhotoRequestBytes = 4_500_000;

/** Pixels of the longer side to which a larger photo is made smaller before it is sent: recognition keeps 1,600. */
export const photoRequestSides = [2400, 2000, 1600] as const;
