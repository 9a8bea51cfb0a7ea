import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { PersonId } from '@rollcall/contract/ids';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { Consent, ForgetReceipt, Person, PersonInput, PersonPatch, PersonQuery } from '@rollcall/contract/person';
import { NotFound } from '@rollcall/kit/app-error';
import { changePerson, recordConsent } from '../domain/change-person.ts';
import { type ForgetPersonDeps, forgetPerson } from '../domain/forget-person.ts';
import { listPeople } from '../domain/list-people.ts';
import { type RegisterPersonDeps, registerPerson } from '../domain/register-person.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface PeopleDeps extends RegisterPersonDeps, ForgetPersonDeps {
  readonly audit: Audit;
}

/** `/v1/people`: register, find, change, consent, forget. */
export function peopleRoutes(deps: PeopleDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      const person = await registerPerson(deps, principal.organizationId, c.req.valid('json'));
      await deps.audit(principal, 'person.registered', `person/${person.id}`);
      return c.json(person, 201, { Location: `/v1/people/${person.id}` });
    })
    .openapi(list, async (c) => {
      const page = await listPeople(deps, c.get('principal').organizationId, c.req.valid('query'));
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param');
      const person = await deps.people.get(c.get('principal').organizationId, id);
      if (!person) throw new NotFound(`no person ${id}`);
      return c.json(person, 200);
    })
    .openapi(change, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const patch = c.req.valid('json');
      const person = await changePerson(deps, principal.organizationId, id, patch);
      await deps.audit(principal, 'person.changed', `person/${id}`, { fields: Object.keys(patch).join(', ') });
      return c.json(person, 200);
    })
    .openapi(consent, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const given = c.req.valid('json');
      const person = await recordConsent(deps, principal.organizationId, id, given);
      await deps.audit(principal, 'person.consented', `person/${id}`, { policyVersion: given.policyVersion });
      return c.json(person, 200);
    })
    .openapi(forget, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const receipt = await forgetPerson(deps, principal.organizationId, id);
      await deps.audit(principal, 'person.forgotten', `person/${id}`, { receipt: receipt.id });
      return c.json(receipt, 200);
    });
}

/** `{id}` of a person in a path. */
export const PersonParams = z.object({ id: PersonId });

const tags = ['People'];
const onePerson = jsonAnswer(Person, 'The person');

const create = apiRoute({
  method: 'post',
  path: '/v1/people',
  tags,
  summary: 'Register a person',
  allow: ['admin'],
  refusals: ['external-id-taken'],
  request: { body: jsonBody(PersonInput) },
  responses: { 201: jsonAnswer(Person, 'The new person') },
});

const list = apiRoute({
  method: 'get',
  path: '/v1/people',
  tags,
  summary: 'List people by name',
  allow: ['viewer'],
  request: { query: z.object({ ...PageQuery.shape, ...PersonQuery.shape }) },
  responses: { 200: jsonAnswer(pageOf(Person), 'A page of people') },
});

const read = apiRoute({
  method: 'get',
  path: '/v1/people/{id}',
  tags,
  summary: 'Read a person',
  allow: ['viewer'],
  request: { params: PersonParams },
  responses: { 200: onePerson },
});

const change = apiRoute({
  method: 'patch',
  path: '/v1/people/{id}',
  tags,
  summary: 'Change a person',
  allow: ['admin'],
  refusals: ['external-id-taken', 'conflict'],
  request: { params: PersonParams, body: jsonBody(PersonPatch) },
  responses: { 200: onePerson },
});

const consent = apiRoute({
  method: 'put',
  path: '/v1/people/{id}/consent',
  tags,
  summary: 'Record the consent without which no photo is accepted',
  allow: ['admin'],
  request: { params: PersonParams, body: jsonBody(Consent) },
  responses: { 200: onePerson },
});

const forget = apiRoute({
  method: 'delete',
  path: '/v1/people/{id}',
  tags,
  summary: 'Forget a person: record, photos, vectors, captures, sightings and attendance',
  allow: ['admin'],
  request: { params: PersonParams },
  responses: { 200: jsonAnswer(ForgetReceipt, 'What was removed; the same again when it is asked for again') },
});
