import { Unavailable } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { finishCaptures } from './finish-captures.ts';
import { main, testSite } from './recognition.test.support.ts';
import { like } from './started-site.test.support.ts';

const options = { leftAfterMs: 60_000, hasTime: () => true };

/** A site whose recognition never began, with one capture of Ada that waits. */
async function siteWithPending() {
  const site = testSite();
  const ada = await site.register('Ada');
  const { captureId } = await site.send([like(ada, 99)]);
  const status = async () => (await site.ports.captures.get(main, captureId))?.capture.status;
  return { site, status };
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

  it('are given up when the code fails on them, so that they do not cost money for ever', async () => {
    const { site, status } = await siteWithPending();
    site.clock.advance(120_000);
    const engine = { ...enginePorts(site), search: () => Promise.reject(new TypeError('a bug')) };
    expect(await finishCaptures({ ...site.ports, engine }, main, options)).toBe(1);
    expect(await status()).toBe('failed');
  });
});

function enginePorts({ engine }: ReturnType<typeof testSite>) {
  return {
    isPaid: engine.isPaid,
    detect: engine.detect.bind(engine),
    index: engine.index.bind(engine),
    searchTogether: engine.searchTogether.bind(engine),
    isSamePerson: engine.isSamePerson.bind(engine),
    delete: engine.delete.bind(engine),
  };
}
