/** Where a picture is: `{org}/photos/{person}/{photo}.jpg`, `{org}/captures/{day}/{capture}.jpg`, … */
export type ImageKey = string;

/** Pictures by key. A put is durable when its promise resolves. Keys never leave the store's root. */
export interface ImageStore {
  put(key: ImageKey, image: Uint8Array): Promise<void>;
  get(key: ImageKey): Promise<Uint8Array | undefined>;
  /** Deleting what is not there is fine. */
  delete(key: ImageKey): Promise<void>;
  /** Deletes everything under `prefix`. @returns how many. */
  deletePrefix(prefix: string): Promise<number>;
  /** A URL to which anyone may PUT one picture under `key` until `expiresAt` (ms since the epoch). */
  uploadUrl(key: ImageKey, options: { readonly expiresAt: number; readonly maxBytes: number }): Promise<UploadTarget>;
}

export interface UploadTarget {
  readonly url: string;
  readonly method: 'PUT';
  readonly headers: Readonly<Record<string, string>>;
}
