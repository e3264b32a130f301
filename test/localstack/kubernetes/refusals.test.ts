import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, serving, type Ask } from './client.ts'
import { service } from './cluster.ts'

const services = '/api/v1/namespaces/default/services'

const refusals: readonly { name: string; path: string; ask?: Ask; code: number; says: string }[] = [
  {
    name: 'an unknown resource',
    path: '/api/v1/things',
    code: 404,
    says: 'the server could not find the requested resource',
  },
  {
    name: 'slashes alone',
    path: '//',
    code: 404,
    says: 'the server could not find the requested resource',
  },
  { name: 'a path with half a code', path: '/api/v1/%', code: 400, says: '"/api/v1/%" is no path' },
  {
    name: 'a subresource that is not there',
    path: '/api/v1/namespaces/default/configmaps/x/status',
    code: 404,
    says: 'the server could not find the requested resource',
  },
  {
    name: 'a method without meaning',
    path: services,
    ask: { method: 'PUT', body: {} },
    code: 405,
    says: 'the server does not allow this method on the requested resource',
  },
  {
    name: 'no JSON',
    path: services,
    ask: { method: 'POST', body: '{' },
    code: 400,
    says: 'json parse error',
  },
  {
    name: 'another kind',
    path: services,
    ask: { method: 'POST', body: { kind: 'Pod', apiVersion: 'v1' } },
    code: 400,
    says: 'no kind "Pod" is registered for version "v1"',
  },
  {
    name: 'another name',
    path: `${services}/web`,
    ask: { method: 'PUT', body: service({}, 'other') },
    code: 400,
    says: 'the name of the object (other) does not match the name on the URL (web)',
  },
  {
    name: 'another namespace',
    path: services,
    ask: { method: 'POST', body: { metadata: { name: 'x', namespace: 'y' } } },
    code: 400,
    says: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    name: 'an unknown patch',
    path: `${services}/web`,
    ask: { method: 'PATCH', headers: { 'content-type': 'text/plain' }, body: {} },
    code: 415,
    says: 'accepted media types include: application/json-patch+json',
  },
  {
    name: 'a field that is misspelt, strictly',
    path: `${services}?fieldValidation=Strict`,
    ask: { method: 'POST', body: { metadata: { name: 'x' }, spec: { portz: [] } } },
    code: 400,
    says: 'strict decoding error: unknown field "spec.portz"',
  },
  {
    name: 'a field that every object has',
    path: `${services}?fieldValidation=Strict`,
    ask: {
      method: 'POST',
      body: { metadata: { name: 'a field that every object has' }, spec: { constructor: [] } },
    },
    code: 400,
    says: 'strict decoding error: unknown field "spec.constructor"',
  },
  {
    name: 'a version of the future',
    path: `${services}?resourceVersion=999`,
    code: 504,
    says: 'Too large resource version: 999',
  },
  {
    name: 'a watch that wants its list in the stream',
    path: `${services}?watch=1&sendInitialEvents=true`,
    code: 422,
    says: 'sendInitialEvents is forbidden for watch',
  },
]

for (const row of refusals)
  test(`refused over HTTP: ${row.name}`, () =>
    serving(async (server) => {
      const { code, body } = await call(server, row.path, row.ask)
      assert.equal(code, row.code)
      assert.ok(body.message.includes(row.says), body.message)
    }))

test('what is not served has empty details: kubectl debug reads their name without a look whether there are any', () =>
  serving(async (server) => {
    const { body } = await call(server, '/api/v1/namespaces/default/pods/x/ephemeralcontainers', {
      method: 'PATCH',
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: {},
    })
    assert.deepEqual((body as { readonly details?: object }).details, {})
  }))
