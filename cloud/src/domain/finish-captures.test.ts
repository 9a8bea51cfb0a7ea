import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { finishCaptures } from './finish-captures.ts';
import { main, testSite } from './recognition.test.support.ts';
import { like, sightingsOf } from './started-site.test.support.ts';
import { takeCapture } from './take-capture.ts';

const options = { leftAfterMs: 60_000, hasTime: () => true };

/** A site whose recognition never began, with one capture of Ada that waits. */
async function siteWithPending({ isPaid = false } = {}) {
  const site = testSite();
  site.engine.isPaid = isPaid;
  const ada = await site.register('Ada');
  const { captureId } = await site.send([like(ada, 99)], { shot: { size: 0.8, score: 0.8 } });
  const status = async () => (await site.ports.captures.get(main, captureId))?.capture.status;
  return { site, ada, captureId, status };
}

describe('captures that were left pending', () => {
  it('are recognized once whoever took them must have given up', async () => {
    const { site, status } = await siteWithPending();
    site.clock.advance(59_000);
    expect(await finishCaptures(site.ports, main, options)).toBe(0);
    expect(await status()).toBe('pending');
    site.clock.advance(2_000);
    expect(await finishCaptures(site.ports, main, options)).toBe(1);
    expect(await status()).toBe('done');
    expect(await finishCaptures(site.ports, main, options)).toBe(0);
  });

  it('are left for the next run when time is up', async () => {
    const { site, status } = await siteWithPending();
    site.clock.advance(120_000);
    expect(await finishCaptures(site.ports, main, { ...options, hasTime: () => false })).toBe(0);
    expect(await status()).toBe('pending');
  });

  it('wait on while the engine is away', async () => {
    const { site, status } = await siteWithPending();
    site.clock.advance(120_000);
    const engine = { ...enginePorts(site), search: () => Promise.reject(new Unavailable('throttled')) };
    await expect(finishCaptures({ ...site.ports, engine }, main, options)).rejects.toThrow(Unavailable);
    expect(await status()).toBe('pending');
  });

  it('wait on while somebody has to mend how it is deployed, which is no fault of theirs', async () => {
    const { site, status } = await siteWithPending();
    site.clock.advance(120_000);
    const engine = { ...enginePorts(site), search: () => Promise.reject(new Misconfigured('may not search')) };
    await expect(finishCaptures({ ...site.ports, engine }, main, options)).rejects.toThrow(Misconfigured);
    expect(await status()).toBe('pending');
    expect(await finishCaptures(site.ports, main, options)).toBe(1);
    expect(await status()).toBe('done');
  });

  it('do not wait for one that cannot be finished now', async () => {
    const { site, ada, status } = await siteWithPending();
    const later = await site.send([like(ada, 98)]);
    site.clock.advance(120_000);
    let searches = 0;
    const own = enginePorts(site);
    const search: typeof site.engine.search = (...asked) =>
      ++searches === 1 ? Promise.reject(new Unavailable('no answer in time')) : site.engine.search(...asked);
    await expect(finishCaptures({ ...site.ports, engine: { ...own, search } }, main, options)).rejects.toThrow('time');
    expect(await status()).toBe('pending');
    expect((await site.ports.captures.get(main, later.captureId))?.capture.status).toBe('done');
  });

  it('are given up when the code fails on them, so that they do not cost money for ever', async () => {
    const { site, status } = await siteWithPending();
    site.clock.advance(120_000);
    const engine = { ...enginePorts(site), search: () => Promise.reject(new TypeError('a bug')) };
    expect(await finishCaptures({ ...site.ports, engine }, main, options)).toBe(1);
    expect(await status()).toBe('failed');
  });

  it.each([false, true])(
    'and were given up are recognized after all when they are handed over again (paid for: %s)',
    async (isPaid) => {
      const { site, captureId, status } = await siteWithPending({ isPaid });
      site.clock.advance(120_000);
      const engine = { ...enginePorts(site), search: () => Promise.reject(new TypeError('a bug')) };
      await finishCaptures({ ...site.ports, engine }, main, options);
      expect(await status()).toBe('failed');
      // What fell silent meanwhile is looked at, and given up too.
      site.clock.advance(20_000);
      await site.recognition.timers['close-passages']();
      expect(await takeCapture(site.ports, main, captureId)).toEqual([captureId]);
      expect(await status()).toBe('done');
      expect(await sightingsOf(site)).toMatchObject([{ verdict: 'accepted', person: { name: 'Ada' } }]);
      expect(await takeCapture(site.ports, main, captureId)).toEqual([]);
    },
  );

  it('and failed of what they are stay so, however often they are handed over', async () => {
    const { site } = await siteWithPending();
    const { captureId } = await site.send([], { image: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]) });
    await takeCapture(site.ports, main, captureId);
    expect((await site.ports.captures.get(main, captureId))?.capture.status).toBe('failed');
    expect(await takeCapture(site.ports, main, captureId)).toEqual([]);
  });
});

function enginePorts({ engine }: ReturnType<typeof testSite>) {
  return {
    isPaid: engine.isPaid,
    index: engine.index.bind(engine),
    searchTogether: engine.searchTogether.bind(engine),
    isSamePerson: engine.isSamePerson.bind(engine),
    delete: engine.delete.bind(engine),
  };
}
