import { Person } from '@rollcall/contract/person';
import { expect, it } from 'vitest';
import { ApiClient } from '../client/api-client.ts';
import { reachApp } from '../client/api-client-for-tests.ts';
import { testApp } from '../http/app-for-tests.ts';
import { described } from '../http/described-faces-for-tests.ts';
import { enrollDemo } from './enroll-demo.ts';

it('enrolls people with consent and photos, once, and finishes what a stopped start left', async () => {
  const { app, engine } = testApp();
  const api = await reachApp(app);
  const anna = {
    externalId: 'D-1',
    name: 'Anna',
    groups: ['Office'],
    photos: [described('anna:200'), described('anna:180')],
  };
  const ben = { externalId: 'D-10', name: 'Ben', groups: [], photos: [described('ben:200')] };
  expect(await enrollDemo({ ...api, people: [{ ...anna, photos: anna.photos.slice(0, 1) }] })).toBe(1);
  expect(await enrollDemo({ ...api, people: [anna, ben] })).toBe(2);
  expect(await enrollDemo({ ...api, people: [anna, ben] })).toBe(0);
  expect(engine.size).toBe(3);
  const people: Person[] = [];
  for await (const person of new ApiClient(api).all(Person, '/v1/people')) people.push(person);
  expect(people).toMatchObject([
    { name: 'Anna', photoCount: 2, groups: ['Office'], consent: { policyVersion: 'demo', by: 'Anna' } },
    { name: 'Ben', photoCount: 1 },
  ]);
});
