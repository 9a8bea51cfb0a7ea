import type { ImageStore } from '@rollcall/cloud/ports/image-store';
import { ManualClock } from '@rollcall/kit/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A driver under test. */
export interface ImageStoreDriver {
  readonly name: string;
  open(clock: ManualClock): Promise<{
    readonly images: ImageStore;
    /** How an upload URL is reached. @returns the status of the answer. */
    readonly upload: (url: string, init: RequestInit) => Promise<number>;
    readonly close: () => Promise<void>;
  }>;
}

/** What every `ImageStore` answers, whatever keeps its pictures. */
export function imageStoreContract(driver: ImageStoreDriver): void {
  describe(`ImageStore on ${driver.name}`, () => {
    const clock = new ManualClock(Date.now());
    const image = Uint8Array.from({ length: 256 }, (_, n) => n);
    let opened: Awaited<ReturnType<ImageStoreDriver['open']>>;

    beforeAll(async () => {
      opened = await driver.open(clock);
    });
    afterAll(() => opened.close());

    it('gives back the bytes that were put, and the latest of them', async () => {
      const { images } = opened;
      expect(await images.get('main/photos/a/1.jpg')).toBeUndefined();
      await images.put('main/photos/a/1.jpg', image);
      expect(Buffer.compare((await images.get('main/photos/a/1.jpg')) ?? Buffer.of(), image)).toBe(0);
      await images.put('main/photos/a/1.jpg', Uint8Array.of(1));
      expect([...((await images.get('main/photos/a/1.jpg')) ?? [])]).toEqual([1]);
    });

    it('deletes, also what is not there', async () => {
      const { images } = opened;
      await images.put('main/photos/b/1.jpg', image);
      await images.delete('main/photos/b/1.jpg');
      expect(await images.get('main/photos/b/1.jpg')).toBeUndefined();
      await images.delete('main/photos/b/1.jpg');
      await images.delete('main/never/there/1.jpg');
    });

    it('deletes what is under a folder, counts it, and leaves the neighbors', async () => {
      const { images } = opened;
      const under = ['main/photos/c/1.jpg', 'main/photos/c/2.jpg', 'main/photos/c/deep/3.jpg'];
      const beside = ['main/photos/c1/1.jpg', 'main/photos/c.jpg', 'other/photos/c/1.jpg'];
      await Promise.all([...under, ...beside].map((key) => images.put(key, image)));
      expect(await images.deletePrefix('main/photos/c')).toBe(3);
      expect(await images.deletePrefix('main/photos/c/')).toBe(0);
      for (const key of under) expect(await images.get(key)).toBeUndefined();
      for (const key of beside) expect(await images.get(key)).toBeDefined();
    });

    it('puts under a folder while it is being deleted', async () => {
      const { images } = opened;
      for (let n = 0; n < 5; n++) {
        await images.put('main/busy/x/0.jpg', image);
        const puts = [1, 2, 3].map((i) => images.put(`main/busy/x/${i}.jpg`, image));
        await Promise.all([...puts, images.deletePrefix('main/busy/x')]);
      }
      await images.deletePrefix('main/busy');
      expect(await images.get('main/busy/x/1.jpg')).toBeUndefined();
    });

    it.each(['', '/', '..', 'a/../b', '../a', '/a', 'a//b', 'a/./b', '.hidden', 'a b', 'a\\b', 'a\0', 'ä', 'a%2e'])(
      'refuses the key %j',
      async (key) => {
        const { images } = opened;
        const refused = { code: 'invalid-input' };
        await expect(images.put(key, image)).rejects.toMatchObject(refused);
        await expect(images.get(key)).rejects.toMatchObject(refused);
        await expect(images.delete(key)).rejects.toMatchObject(refused);
        await expect(images.deletePrefix(key)).rejects.toMatchObject(refused);
        await expect(images.uploadUrl(key, { expiresAt: 9e12, maxBytes: 1 })).rejects.toMatchObject(refused);
      },
    );

    it('takes a picture at an upload URL, until it expires and up to its size', async () => {
      const { images, upload } = opened;
      const key = 'main/captures/2026-01-05/1.jpg';
      const target = await images.uploadUrl(key, { expiresAt: clock.now() + 60_000, maxBytes: 256 });
      const init = { method: target.method, headers: target.headers };
      expect(await upload(target.url, { ...init, body: new Uint8Array(257) })).toBeGreaterThanOrEqual(400);
      expect(await images.get(key)).toBeUndefined();
      expect(await upload(target.url, { ...init, body: image })).toBeLessThan(300);
      expect(await images.get(key)).toHaveLength(256);
      // The answer may have been lost: the same again is fine, or answered 412; another picture is refused.
      const again = await upload(target.url, { ...init, body: image });
      expect(again < 300 || again === 412).toBe(true);
      expect(await upload(target.url, { ...init, body: new Uint8Array(256) })).toBeGreaterThanOrEqual(400);
      expect(Buffer.compare((await images.get(key)) ?? Buffer.of(), image)).toBe(0);
      const late = await images.uploadUrl(`${key}.late`, { expiresAt: clock.now() - 1, maxBytes: 256 });
      expect(await upload(late.url, { ...init, body: image })).toBe(403);
    });
  });
}
