import type { ImageStore } from '../ports/image-store.ts';

/** Pictures in memory. */
export class MemoryImages implements ImageStore {
  readonly pictures = new Map<string, Uint8Array>();

  put(key: string, image: Uint8Array): Promise<void> {
    this.pictures.set(key, image);
    return Promise.resolve();
  }
  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.pictures.get(key));
  }
  delete(key: string): Promise<void> {
    this.pictures.delete(key);
    return Promise.resolve();
  }
  deletePrefix(prefix: string): Promise<number> {
    const keys = [...this.pictures.keys()].filter((key) => key.startsWith(`${prefix}/`));
    for (const key of keys) this.pictures.delete(key);
    return Promise.resolve(keys.length);
  }
  uploadUrl(key: string) {
    return Promise.resolve({
      url: `/uploads/${key}`,
      method: 'PUT' as const,
      headers: { 'content-type': 'image/jpeg' },
    });
  }
}
