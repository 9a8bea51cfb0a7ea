import { Me } from '@rollcall/contract/access';
import { Person } from '@rollcall/contract/person';
import { Conflict, Denied, InvalidInput, NotFound, Unavailable } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { testApp } from '../http/app-for-tests.ts';
import { ApiClient } from './api-client.ts';
import { reachApp } from './api-client-for-tests.ts';

describe('ApiClient', () => {
  it('reads every page of a list', async () => {
    const client = new ApiClient(await reachApp(testApp().app));
    for (let n = 0; n < 205; n++) {
      await client.send('/v1/people', { method: 'POST', body: { externalId: `${n}`, name: `Person ${n}` } });
    }
    const ids = new Set<string>();
    for await (const person of client.all(Person, '/v1/people')) ids.add(person.externalId);
    expect(ids.size).toBe(205);
  });

  it('throws what the server refused, as the error that it was', async () => {
    const { app } = testApp();
    const client = new ApiClient(await reachApp(app));
    const person = { externalId: '1', name: 'One' };
    const add = (body: unknown) => client.send('/v1/people', { method: 'POST', body });
    await add(person);
    await expect(add(person)).rejects.toThrow(Conflict);
    await expect(add(person)).rejects.toMatchObject({ code: 'external-id-taken' });
    await expect(add({})).rejects.toThrow(InvalidInput);
    await expect(add({})).rejects.toMatchObject({ errors: [{ path: 'externalId' }, { path: 'name' }] });
    await expect(client.send('/v1/people/01KE6D0000000000000000000A')).rejects.toThrow(NotFound);
    const viewer = new ApiClient(await reachApp(app, 'viewer'));
    await expect(viewer.send('/v1/people', { method: 'POST', body: person })).rejects.toThrow(Denied);
    const nobody = new ApiClient({ ...(await reachApp(app)), apiKey: 'wrong' });
    await expect(nobody.send('/v1/me')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('says that nobody answers, or that an answer is none of this API', async () => {
    const nowhere = new ApiClient({ url: 'http://127.0.0.1:1', apiKey: 'x' });
    await expect(nowhere.send('/v1/me')).rejects.toThrow(Unavailable);
    await expect(nowhere.send('/v1/me')).rejects.toThrow(/is Rollcall running there/);
    await expect(nowhere.send('/v1/me')).rejects.toMatchObject({ code: 'no-answer' });
    await expect(answering('<html>', 502).send('/')).rejects.toThrow(Unavailable);
    await expect(answering('<html>', 200).json(Me, '/v1/me')).rejects.toThrow(/is the address right/);
    await expect(answering('<html>', 200, 'text/html').send('/v1/me')).rejects.toThrow(/is the address right/);
    await expect(answering('{"no":1}', 200).json(Me, '/v1/me')).rejects.toThrow(
      /the answer of .*\/v1\/me does not fit/,
    );
  });
});

/** A client of a server that answers everything so. */
function answering(body: string, status: number, type = 'application/json'): ApiClient {
  const fetch = async () => new Response(body, { status, headers: { 'content-type': type } });
  return new ApiClient({ url: 'http://a.test', apiKey: 'x', fetch });
}
