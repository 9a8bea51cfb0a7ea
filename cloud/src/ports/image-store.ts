/**
 * Where a picture is: `{org}/photos/{person}/{photo}.jpg`, `{org}/captures/{day}/{capture}.jpg`, …
 * Segments of letters, digits, `.`, `_` and `-` that do not begin with a dot; at most 512 characters.
 */
export type ImageKey = string;

/** Pictures by key. A put is durable when its promise resolves. Keys never leave the store's root. */
export interface ImageStore {
  put(key: ImageKey, image: Uint8Array): Promise<void>;
  get(key: ImageKey): Promise<Uint8Array | undefined>;
  /** Deleting what is not there is fine. */
  delete(key: ImageKey): Promise<void>;
  /** Deletes everything under the folder `prefix`, `{org}/photos/{person}`. @returns how many. */
  deletePrefix(prefix: string): Promise<number>;
  /**
   * A URL to which anyone may PUT one picture under `key` until `expiresAt` (ms since the epoch).
   * It may be relative to the API's own address: resolve it against the request's.
   */
  uploadUrl(key: ImageKey, options: { readonly expiresAt: number; readonly maxBytes: number }): Promise<UploadTarget>;
}

export interface UploadTarget {
  readonly url: string;
  readonly method: 'PUT';
  readonly headers: Readonly<Record<string, string>>;
}

/** What an upload URL allows. */
export interface UploadGrant {
  readonly key: ImageKey;
  readonly maxBytes: number;
}
